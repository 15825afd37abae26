using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Tests.Sql;

public sealed class RelationalStoreTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_patient_and_its_change_are_written_together_and_relayed_into_the_chain(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var patient = SqlTestStore.APatient("A1");

        Assert.Equal(AddPatientOutcome.Added, await test.AddAsync(patient));
        Assert.Equal(1, (await test.Store.Outbox.PendingStateAsync(default)).Count);
        Assert.Equal(1, await test.Relay().DrainAsync(default));

        Assert.Equal(0, (await test.Store.Outbox.PendingStateAsync(default)).Count);
        var row = Assert.Single(await test.Store.Log.ReadAfterAsync(0, 10, default));
        Assert.Equal((1, "patient_created", patient.Id.ToString(), 1), (row.Seq, row.EventType, row.EntityId, row.EntityVersion));
        Assert.Equal(HashChain.Of(row), row.Hash);
        Assert.Equal(new LogHead(1, row.Hash), await test.Store.Log.HeadAsync(default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_stored_patient_reads_back_as_it_was_written(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var patient = SqlTestStore.APatient("A1", sourceKey: "kaggle:1", user: 9) with { };
        await test.AddAsync(patient);

        var read = await test.Store.Patients.FindAsync(patient.Id, default);

        Assert.Equivalent(patient, read, strict: true);
        Assert.Equivalent(patient, await test.Store.Patients.FindByUserAsync(new UserId(9), default), strict: true);
        Assert.Equal(["kaggle:1"], await test.Store.Patients.PresentAsync(["kaggle:1", "kaggle:2"], default));
        Assert.Equal([new EntityVersion(EntityType.Patient, patient.Id.ToString(), 1)], await test.Store.Outbox.VersionsAsync(default).ToListAsync());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_account_its_log_row_and_its_sign_in_are_there(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        Assert.False(await test.Store.Users.AnyAdminAsync(default));
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_001);
        var user = new User { Id = default, Username = "Ada", Email = "ada@clinic.test", PasswordHash = "$2b$12$x", Role = Role.Admin, CreatedAt = at, PasswordChangedAt = at };

        var (outcome, id) = await test.Store.Users.AddAsync(user, added => SqlTestStore.AnEvent($"User {added} created"), default);
        Assert.Equal(AddUserOutcome.Added, outcome);
        Assert.Equal(AddUserOutcome.UsernameTaken, (await test.Store.Users.AddAsync(user with { Username = "ADA" }, _ => SqlTestStore.AnEvent(), default)).Outcome);
        Assert.Equal(AddUserOutcome.EmailTaken, (await test.Store.Users.AddAsync(user with { Username = "Bob" }, _ => SqlTestStore.AnEvent(), default)).Outcome);
        await test.Store.Sessions.OpenAsync(SessionStoreTests.ASession(id.Value), SqlTestStore.AnEvent("Sign-in"), default);
        await test.Store.Users.SignedInAsync(id, at, default);

        Assert.Equal(user with { Id = id, LastLogin = user.CreatedAt }, await test.Store.Users.FindByUsernameAsync(" aDa ", default));
        Assert.Equal("Ada", (await test.Store.Users.NamesAsync([id, new(99)], default))[id].Username);
        Assert.True(await test.Store.Users.AnyAdminAsync(default));
        Assert.Equal([$"User {id} created", "Sign-in"], (await test.Store.Log.ReadAfterAsync(0, 10, default)).Select(r => r.EventDescription));
        Assert.Equal([new EntityVersion(EntityType.User, id.ToString(), 1)], await test.Store.UserVersions.VersionsAsync(default).ToListAsync());
    }
}
