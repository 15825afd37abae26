using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Patients;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Accounts;

public sealed class RegisterTests(Portals portals)
{
    private const string Path = "/api/auth/register";
    private const string SelfPath = "/api/patients/self-register";
    private const string Password = "a password of one's own";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Anybody_makes_a_patients_account_for_themselves(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var name = Name();
        var made = await (await portal.Anonymous.PostAsync(Path, AnAccount(name))).ObjectAsync(HttpStatusCode.Created);
        Assert.Equal("patient", (string?)made["role"]);
        Assert.False((bool)made["must_change_password"]!);
        using var client = portal.With(await LoginAsync(portal, name));
        var me = await (await client.GetAsync("/api/auth/me")).ObjectAsync();
        Assert.Equal((name, null), ((string?)me["username"], (string?)me["patient_id"]));
        await (await client.GetAsync(PatientsPath)).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
    }

    [Fact]
    public async Task A_role_cannot_be_asked_for_and_each_field_at_fault_is_named()
    {
        var client = (await portals.OnAsync(Pair.Sqlite)).Anonymous;
        await (await client.PostAsync(Path, AnAccount(Name()).With("role", "admin"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "role");
        await (await client.PostAsync(Path, new JsonObject())).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "username", "email", "password");
        await (await client.PostAsync(Path, AnAccount(" ").With("email", "a@b@c").With("password", "short"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "username", "email", "password");
        await (await client.PostAsync(Path, AnAccount("wolfgang").With("password", "WOLFGANG and friends"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "password");
        await (await client.PostAsync(Path, AnAccount(Name()).With("password", "passwordpassword"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "password");
        foreach (var address in new[] { "x@.com", "x@a..b", ".x@a.b", "x@a.b." })
            await (await client.PostAsync(Path, AnAccount(Name()).With("email", address))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "email");
        await (await client.PostAsync(Path, AnAccount("\uFFFE"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "username", "email");
        await (await client.PostAsync("/api/auth/login", new JsonObject { ["username"] = "a\uFFFE", ["password"] = "b\uFFFE" })).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        await (await client.PostAsync(Path, AnAccount(Name()).With("email", "evil\r\nBcc: all@x.test"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "email");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_name_and_an_address_are_taken_once_whatever_their_case(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var name = Name();
        await (await portal.Anonymous.PostAsync(Path, AnAccount(name))).ObjectAsync(HttpStatusCode.Created);
        await (await portal.Anonymous.PostAsync(Path, AnAccount(name.ToUpperInvariant()).With("email", "other@x.test"))).ProblemAsync(HttpStatusCode.Conflict, "user.username_taken", "username");
        await (await portal.Anonymous.PostAsync(Path, AnAccount(Name()).With("email", $"{name.ToUpperInvariant()}@CLINIC.test"))).ProblemAsync(HttpStatusCode.Conflict, "user.email_taken", "email");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Under_one_key_one_account_is_made(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (name, key) = (Name(), Change.NewId());
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => portal.Anonymous.PostAsync(Path, AnAccount(name), ("Idempotency-Key", key))));
        var ids = new HashSet<int>();
        foreach (var answer in answers) ids.Add((int)(await answer.ObjectAsync(HttpStatusCode.Created))["id"]!);
        Assert.Single(ids);
        Assert.Single(answers, answer => !answer.Headers.Contains("Idempotency-Replayed"));
        await (await portal.Anonymous.PostAsync(Path, AnAccount(name).With("first_name", "Other"), ("Idempotency-Key", key))).ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Somebody_registers_themselves_and_reads_their_own_record(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var name = Name();
        var made = await (await portal.Anonymous.PostAsync(SelfPath, Myself(name))).ObjectAsync(HttpStatusCode.Created);
        var id = (string)made["patient_id"]!;
        using var client = portal.With(await LoginAsync(portal, name));
        Assert.Equal(id, (string?)(await (await client.GetAsync("/api/auth/me")).ObjectAsync())["patient_id"]);
        var record = await (await client.GetAsync($"{PatientsPath}/{id}")).ObjectAsync();
        Assert.Equal(("Mia", $"{name}@clinic.test"), ((string?)record["first_name"], (string?)record["email"]));
        await (await client.GetAsync($"{PatientsPath}/{id}/risk")).ObjectAsync();
        await (await portal.As(Person.Grace).GetAsync($"{PatientsPath}/{id}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");

        await portal.SettleAsync();
        var user = (int)made["user"]!["id"]!;
        var story = await portal.Get<ISecurityLog>().FindAsync(new() { UserId = user, Limit = 20 }, CancellationToken.None);
        Assert.Equal(["patient_created", "user_created"], story.Where(row => row.EntityVersion == 1).Select(row => row.EventType).Order());
        Assert.Empty(await portal.UnfinishedAsync());
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task The_same_registration_repeated_is_one(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (name, key) = (Name(), Change.NewId());
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => portal.Anonymous.PostAsync(SelfPath, Myself(name), ("Idempotency-Key", key))));
        var made = new HashSet<string>();
        foreach (var answer in answers) made.Add((await answer.ObjectAsync(HttpStatusCode.Created)).ToJsonString());
        Assert.Single(made);
        var later = await portal.Anonymous.PostAsync(SelfPath, Myself(name), ("Idempotency-Key", key));
        Assert.Equal(made.Single(), (await later.ObjectAsync(HttpStatusCode.Created)).ToJsonString());
        Assert.Equal("true", later.Headers.GetValues("Idempotency-Replayed").Single());
        await (await portal.Anonymous.PostAsync(SelfPath, Myself(name))).ProblemAsync(HttpStatusCode.Conflict, "user.username_taken");
        await (await portal.Anonymous.PostAsync(SelfPath, Myself(name).With("password", "another password of mine"), ("Idempotency-Key", key))).ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
    }

    [Fact]
    public async Task What_is_the_clinics_to_say_cannot_be_registered_by_oneself()
    {
        var client = (await portals.OnAsync(Pair.Sqlite)).Anonymous;
        await (await client.PostAsync(SelfPath, Myself(Name()).With("mrn", "A1"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "mrn");
        await (await client.PostAsync(SelfPath, Myself(Name()).With("assigned_doctor_id", 1))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "assigned_doctor_id");
        await (await client.PostAsync(SelfPath, Myself(Name()).With("email", null))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "email");
        await (await client.PostAsync(SelfPath, Myself(Name()).With("age", 130))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "age");
    }

    [Fact]
    public async Task With_the_records_away_self_registration_is_503_and_leaves_nothing_behind()
    {
        var away = new Dictionary<string, string> { ["USE_MONGODB"] = "true", ["MONGO_URI"] = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300", ["MONGO_DB_NAME"] = "nowhere" };
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, away);
        var name = Name();
        await (await portal.Anonymous.PostAsync(SelfPath, Myself(name))).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");
        Assert.Null(await portal.Get<IUserStore>().FindByUsernameAsync(name, CancellationToken.None));
        Assert.Empty(await portal.UnfinishedAsync());
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task An_intent_nobody_can_read_any_more_ends_by_itself_once_its_record_is_there(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var made = await (await portal.Anonymous.PostAsync(SelfPath, Myself(Name()))).ObjectAsync(HttpStatusCode.Created);
        var record = new PatientId(ClinicalId.Parse((string)made["patient_id"]!));

        // Another attempt under the same key left its intent behind: the account that is there is not its own.
        var orphan = await LostIntentAsync(portal, record);
        Assert.Equal(SelfRegistrationSaga.GivenUp, (await portal.Get<SelfRegistrationSaga>().ResumeAsync(orphan)).Error);
        Assert.NotNull(await portal.Get<IPatientStore>().FindAsync(record, CancellationToken.None));

        // The account that waits for this very record only has to be made active.
        var waiting = await LostIntentAsync(portal, new PatientId(portal.Get<ClinicalIds>().Next()));
        var draft = (await portal.Get<IUserStore>().FindAsync(new((int)made["user"]!["id"]!), CancellationToken.None))!;
        var name = Name();
        draft = draft with { Username = name, Email = $"{name}@clinic.test", IsActive = false, Version = 0, ReservedBy = waiting.Id };
        var (_, user) = await portal.Get<IUserStore>().ReserveAsync(draft, CancellationToken.None);
        var patient = Patient.Register(waiting.PatientId!.Value, new PatientDetails { Gender = Gender.Female, Age = 67 }, new() { CreatedBy = user, UserId = user }, waiting.CreatedAt).Value!;
        var actor = new Actor(user, name, Role.Patient, Origin.Local);
        await portal.Get<IPatientStore>().AddAsync(patient, portal.Get<AuditTrail>().Of(AuditAction.PatientCreated, actor, patient), CancellationToken.None);
        Assert.True((await portal.Get<SelfRegistrationSaga>().ResumeAsync(waiting)).Succeeded);
        await LoginAsync(portal, name);

        var intents = portal.Get<IIntentStore>();
        Assert.Equal([null, null], [await intents.FindAsync(orphan.Id, CancellationToken.None), await intents.FindAsync(waiting.Id, CancellationToken.None)]);
    }

    private static async Task<Intent> LostIntentAsync(RunningPortal portal, PatientId record)
    {
        var lost = new Intent
        {
            Id = Change.NewId(),
            Kind = IntentKind.SelfRegistration,
            PatientId = record,
            Payload = new byte[64],
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        await portal.Get<IIntentStore>().AddAsync(lost, CancellationToken.None);
        return lost;
    }

    private static string Name() => $"m{Change.NewId()}";

    private static JsonObject AnAccount(string name) => new JsonObject { ["username"] = name, ["email"] = $"{name.Trim()}@clinic.test", ["password"] = Password, ["first_name"] = "Mia" };

    private static JsonObject Myself(string name) => APatient().With("username", name).With("password", Password).With("email", $"{name}@clinic.test").With("first_name", "Mia");

    private static async Task<string> LoginAsync(RunningPortal portal, string name) =>
        (string)(await (await portal.Anonymous.PostAsync("/api/auth/login", new JsonObject { ["username"] = name, ["password"] = Password })).ObjectAsync())["access_token"]!;
}
