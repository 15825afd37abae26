using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Accounts;

public sealed class AdminUserTests(Portals portals)
{
    private const string Users = "/api/admin/users";
    private const string Me = "/api/auth/me";
    private const string Password = "handed over on paper";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_admin_makes_finds_and_changes_accounts(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var ada = portal.As(Person.Ada);
        var made = await CreateAsync(portal, Name(), "doctor");
        Assert.Equal((true, true, 1), ((bool)made["must_change_password"]!, (bool)made["is_active"]!, (int)made["version"]!));
        Assert.DoesNotContain("password_hash", made.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal((int)made["id"]!, (int)(await ada.ItemsAsync($"{Users}?role=doctor&is_active=true&limit=1"))[0]["id"]!);

        await (await ada.SendAsync(HttpMethod.Put, Path(made), new JsonObject { ["specialization"] = "Neurology" })).ProblemAsync((HttpStatusCode)428, "version.required");
        var changed = await (await PutAsync(portal, made, new JsonObject { ["specialization"] = "Neurology", ["version"] = 1 })).ObjectAsync();
        Assert.Equal(("Neurology", 2), ((string?)changed["specialization"], (int)changed["version"]!));
        await (await PutAsync(portal, made, new JsonObject { ["last_name"] = "Late", ["version"] = 1 })).ProblemAsync(HttpStatusCode.Conflict, "version.changed");
        await (await ada.SendAsync(HttpMethod.Put, Path(made), new JsonObject { ["last_name"] = "Late" }, ("If-Match", "\"1\""))).ProblemAsync(HttpStatusCode.PreconditionFailed, "version.changed");
        await (await PutAsync(portal, made, new JsonObject { ["email"] = "ada@clinic.test", ["version"] = 2 })).ProblemAsync(HttpStatusCode.Conflict, "user.email_taken", "email");
        await (await PutAsync(portal, made, new JsonObject { ["role"] = "emperor", ["version"] = 2 })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "role");
        await (await ada.SendAsync(HttpMethod.Put, $"{Users}/2147483647", new JsonObject { ["version"] = 1 })).ProblemAsync(HttpStatusCode.NotFound, "user.not_found");
        await (await ada.SendAsync(HttpMethod.Put, $"{Users}/x", new JsonObject { ["version"] = 1 })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "id");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_admin_sets_an_initial_password_and_all_that_was_open_or_locked_ends(Pair pair)
    {
        const string Next = "another one on paper";
        var portal = await portals.OnAsync(pair);
        var made = await CreateAsync(portal, Name(), "doctor");
        using var signedIn = portal.With(await portal.TokenAsync(Id(made)));
        for (var i = 0; i < SignInAttempt.Most; i++) await portal.Get<IUserStore>().CountAttemptAsync(Id(made), portal.Get<TimeProvider>().GetUtcNow(), CancellationToken.None);

        await (await PutAsync(portal, made, new JsonObject { ["password"] = "too short", ["version"] = 1 })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "password");
        await (await PutAsync(portal, made, new JsonObject { ["password"] = Next, ["role"] = "admin", ["version"] = 1 })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "password");
        await (await PutAsync(portal, made, new JsonObject { ["password"] = Next })).ProblemAsync((HttpStatusCode)428, "version.required");
        await (await PutAsync(portal, made, new JsonObject { ["password"] = Next, ["version"] = 7 })).ProblemAsync(HttpStatusCode.Conflict, "version.changed");
        await (await signedIn.GetAsync(Me)).ObjectAsync();
        var changed = await (await PutAsync(portal, made, new JsonObject { ["password"] = Next, ["version"] = 1 })).ObjectAsync();

        Assert.Equal((true, 2), ((bool)changed["must_change_password"]!, (int)changed["version"]!));
        Assert.DoesNotContain(Next, changed.ToJsonString(), StringComparison.Ordinal);
        await (await signedIn.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await LoginAsync(portal, made)).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        var login = new JsonObject { ["username"] = (string)made["username"]!, ["password"] = Next };
        Assert.True((bool)(await (await portal.Anonymous.PostAsync("/api/auth/login", login)).ObjectAsync())["user"]!["must_change_password"]!);
        await portal.SettleAsync();
        var row = Assert.Single(await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "password_reset", EntityId = (made["id"]!).ToJsonString(), EntityType = EntityType.User }, CancellationToken.None));
        Assert.Equal((portal.IdOf(Person.Ada).Value, Id(made).Value, "info"), (row.UserId, row.TargetUserId, row.Severity));
        await (await PutAsync(portal, new JsonObject { ["id"] = portal.IdOf(Person.Ada).Value }, new JsonObject { ["password"] = Next, ["version"] = 1 })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "password");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Who_is_deactivated_or_demoted_is_so_on_the_next_request_of_every_process(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        await using var beside = await portal.BesideAsync();
        var (doctor, other) = (await CreateAsync(portal, Name(), "doctor"), await CreateAsync(portal, Name(), "admin"));
        using var demoted = beside.With(await portal.TokenAsync(Id(other)));
        using var gone = beside.With(await portal.TokenAsync(Id(doctor)));
        await (await demoted.GetAsync(Users)).ObjectAsync();
        await (await gone.GetAsync(Me)).ObjectAsync();

        await (await PutAsync(portal, other, new JsonObject { ["role"] = "patient", ["version"] = 1 })).ObjectAsync();
        await (await PutAsync(portal, doctor, new JsonObject { ["is_active"] = false, ["version"] = 1 })).ObjectAsync();

        await (await demoted.GetAsync(Users)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await gone.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await LoginAsync(portal, doctor)).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        using var anew = beside.With(await portal.TokenAsync(Id(other)));
        await (await anew.GetAsync(Users)).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await PutAsync(portal, doctor, new JsonObject { ["is_active"] = true, ["version"] = 2 })).ObjectAsync();
        await (await LoginAsync(portal, doctor)).ObjectAsync();
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_doctor_with_patients_leaves_only_when_somebody_takes_them_over(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (leaving, taking) = (await CreateAsync(portal, Name(), "doctor"), await CreateAsync(portal, Name(), "doctor"));
        using var before = portal.With(await portal.TokenAsync(Id(leaving)));
        var patients = new List<JsonObject>();
        for (var i = 0; i < 3; i++) patients.Add(await before.RegisterAsync());

        var refused = await (await PutAsync(portal, leaving, new JsonObject { ["is_active"] = false, ["version"] = 1 })).ProblemAsync(HttpStatusCode.Conflict, "user.has_patients");
        Assert.Equal(3, (int)refused["counts"]!["patients"]!);
        await (await PutAsync(portal, leaving, new JsonObject { ["role"] = "patient", ["version"] = 1 })).ProblemAsync(HttpStatusCode.Conflict, "user.has_patients");
        await (await PutAsync(portal, leaving, new JsonObject { ["is_active"] = false, ["reassign_to"] = portal.IdOf(Person.Paul).Value, ["version"] = 1 })).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "reassign_to");
        await (await PutAsync(portal, leaving, new JsonObject { ["is_active"] = false, ["reassign_to"] = Id(taking).Value, ["version"] = 1 })).ObjectAsync();

        using var after = portal.With(await portal.TokenAsync(Id(taking)));
        foreach (var patient in patients)
        {
            var record = await (await after.GetAsync($"{PatientsPath}/{patient.Id()}")).ObjectAsync();
            Assert.Equal((Id(taking).Value, 2), ((int)record["assigned_doctor_id"]!, (int)record["version"]!));
        }

        Assert.Empty(await portal.UnfinishedAsync());

        // One who came to them while they were leaving is moved by asking again.
        var late = await portal.As(Person.Grace).RegisterAsync();
        var stored = (await portal.Get<IPatientStore>().FindAsync(new PatientId(ClinicalId.Parse(late.Id())), CancellationToken.None))!;
        var admin = new Actor(portal.IdOf(Person.Ada), "ada", Role.Admin, Origin.Local);
        var moved = stored.Reassign(Id(leaving), TimeProvider.System.GetUtcNow());
        await portal.Get<IPatientStore>().UpdateAsync(moved, portal.Get<AuditTrail>().Of(AuditAction.PatientUpdated, admin, moved), CancellationToken.None);
        await (await PutAsync(portal, leaving, new JsonObject { ["reassign_to"] = Id(taking).Value, ["version"] = 2 })).ObjectAsync();
        Assert.Equal(Id(taking).Value, (int)(await (await after.GetAsync($"{PatientsPath}/{late.Id()}")).ObjectAsync())["assigned_doctor_id"]!);
        await (await portal.As(Person.Ada).PostAsync(Register, APatient().With("assigned_doctor_id", Id(leaving).Value))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "assigned_doctor_id");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Nobody_is_given_to_a_doctor_who_has_left(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (leaving, successor) = (await CreateAsync(portal, Name(), "doctor"), await CreateAsync(portal, Name(), "doctor"));
        using var doctor = portal.With(await portal.TokenAsync(Id(leaving)));
        var (kept, archived) = (await doctor.RegisterAsync(), await doctor.RegisterAsync());
        await (await portal.As(Person.Ada).SendAsync(HttpMethod.Delete, $"{PatientsPath}/{archived.Id()}", new JsonObject { ["version"] = 1 })).ObjectAsync();
        var admin = new Actor(portal.IdOf(Person.Ada), "ada", Role.Admin, Origin.Local);
        var reassign = portal.Get<ReassignPatientsHandler>();
        var prepared = (await reassign.PrepareAsync(Id(leaving), Id(successor).Value, admin, CancellationToken.None)).Value;
        var users = portal.Get<IUserStore>();
        foreach (var id in new[] { Id(leaving), Id(successor) })
        {
            var left = (await users.FindAsync(id, CancellationToken.None))! with { IsActive = false, Version = 2 };
            await users.UpdateAsync(left, FailedAttempts.Keep, portal.Get<AuditTrail>().OfUser(AuditAction.UserDeactivated, admin, left), CancellationToken.None);
        }

        await reassign.ResumeAsync(prepared.Intent!, CancellationToken.None);

        Assert.Null(await portal.Get<StrokeCare.Consistency.IIntentStore>().FindAsync(prepared.Intent!.Id, CancellationToken.None));
        Assert.Equal(Id(leaving).Value, (int)(await (await portal.As(Person.Ada).GetAsync($"{PatientsPath}/{kept.Id()}")).ObjectAsync())["assigned_doctor_id"]!);
        var restored = await (await portal.As(Person.Ada).SendAsync(HttpMethod.Post, $"{PatientsPath}/{archived.Id()}/restore", new JsonObject { ["version"] = 2 })).ObjectAsync();
        Assert.Null(restored["assigned_doctor_id"]);
    }

    [Fact]
    public async Task A_refused_departure_leaves_nothing_under_way()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var (leaving, successor) = (await CreateAsync(portal, Name(), "doctor"), await CreateAsync(portal, Name(), "doctor"));

        var body = new JsonObject { ["is_active"] = false, ["reassign_to"] = Id(successor).Value, ["email"] = (string)successor["email"]!, ["version"] = 1 };
        await (await PutAsync(portal, leaving, body)).ProblemAsync(HttpStatusCode.Conflict, "user.email_taken");

        Assert.DoesNotContain(
            await portal.Get<StrokeCare.Consistency.IIntentStore>().OpenAsync(DateTimeOffset.MaxValue, null, 10, CancellationToken.None), intent => intent.UserId == Id(leaving));
    }

    [Fact]
    public async Task The_last_admin_stays()
    {
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite);
        var ada = portal.IdOf(Person.Ada).Value;
        await (await portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"{Users}/{ada}", new JsonObject { ["is_active"] = false, ["version"] = 1 })).ProblemAsync(HttpStatusCode.Conflict, "user.last_admin");
        await (await portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"{Users}/{ada}", new JsonObject { ["role"] = "doctor", ["version"] = 1 })).ProblemAsync(HttpStatusCode.Conflict, "user.last_admin");
        await CreateAsync(portal, "second", "admin");
        await (await portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"{Users}/{ada}", new JsonObject { ["role"] = "doctor", ["version"] = 1 })).ObjectAsync();
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_account_is_tied_to_one_record_and_a_record_to_one_account(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (mine, other) = (await portal.As(Person.Grace).RegisterAsync(), await portal.As(Person.Grace).RegisterAsync());
        var (owner, stranger) = (await CreateAsync(portal, Name(), "patient"), await CreateAsync(portal, Name(), "patient"));
        using var client = portal.With(await portal.TokenAsync(Id(owner)));
        await (await client.GetAsync($"{PatientsPath}/{mine.Id()}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");

        await (await LinkAsync(portal, owner, mine, null)).ProblemAsync((HttpStatusCode)428, "version.required");
        var linked = await (await LinkAsync(portal, owner, mine, 1)).ObjectAsync();
        Assert.Equal((Id(owner).Value, 2), ((int)linked["user_id"]!, (int)linked["version"]!));
        await (await client.GetAsync($"{PatientsPath}/{mine.Id()}")).ObjectAsync();
        await (await client.GetAsync($"{PatientsPath}/{other.Id()}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");

        await (await LinkAsync(portal, owner, other, 1)).ProblemAsync(HttpStatusCode.Conflict, "patient.user_taken");
        await (await LinkAsync(portal, await CreateAsync(portal, Name(), "doctor"), other, 1)).ProblemAsync(HttpStatusCode.Conflict, "user.not_a_patient");
        await (await LinkAsync(portal, stranger, mine, 2)).ProblemAsync(HttpStatusCode.Conflict, "patient.linked");
    }

    [Fact]
    public async Task An_admin_ends_the_sessions_of_an_account()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var made = await CreateAsync(portal, Name(), "doctor");
        using var client = portal.With(await portal.TokenAsync(Id(made)));
        await (await client.GetAsync(Me)).ObjectAsync();

        await (await PutAsync(portal, made, new JsonObject { ["end_sessions"] = true, ["version"] = 1 })).ObjectAsync();

        await (await client.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await LoginAsync(portal, made)).ObjectAsync();
    }

    [Fact]
    public async Task An_admin_lifts_a_lock()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var made = await CreateAsync(portal, Name(), "doctor");
        for (var i = 0; i < SignInAttempt.Most; i++) await (await LoginAsync(portal, made, "wrong wrong wrong wrong")).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        await (await LoginAsync(portal, made)).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        Assert.NotNull((await portal.As(Person.Ada).ItemsAsync($"{Users}?limit=1"))[0]["locked_until"]);

        var unlocked = await (await PutAsync(portal, made, new JsonObject { ["unlock"] = true, ["version"] = 1 })).ObjectAsync();

        Assert.Null(unlocked["locked_until"]);
        await (await LoginAsync(portal, made)).ObjectAsync();
    }

    private static string Name() => $"n{Change.NewId()}";

    private static UserId Id(JsonObject user) => new((int)user["id"]!);

    private static string Path(JsonObject user) => $"{Users}/{user["id"]}";

    private static async Task<JsonObject> CreateAsync(RunningPortal portal, string name, string role) =>
        await (await portal.As(Person.Ada).PostAsync(Users, new JsonObject { ["username"] = name, ["email"] = $"{name}@clinic.test", ["password"] = Password, ["role"] = role })).ObjectAsync(HttpStatusCode.Created);

    private static Task<HttpResponseMessage> PutAsync(RunningPortal portal, JsonObject user, JsonObject body) => portal.As(Person.Ada).SendAsync(HttpMethod.Put, Path(user), body);

    private static Task<HttpResponseMessage> LinkAsync(RunningPortal portal, JsonObject user, JsonObject patient, long? version) =>
        portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"{Path(user)}/patient", new JsonObject { ["patient_id"] = patient.Id(), ["version"] = version });

    private static Task<HttpResponseMessage> LoginAsync(RunningPortal portal, JsonObject user, string password = Password) =>
        portal.Anonymous.PostAsync("/api/auth/login", new JsonObject { ["username"] = (string)user["username"]!, ["password"] = password });
}
