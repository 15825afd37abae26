using System.Collections.Concurrent;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Sql;

public sealed class FailpointTests
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Registering_under_a_key_and_relaying_passes_every_failpoint(string engine)
    {
        var passed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        Failpoint.Passed = name => passed[name] = true;
        await using var test = await SqlTestStore.NewAsync(engine);
        var audit = new AuditTrail(test.Store.Log, TimeProvider.System);
        var register = new RegisterPatientHandler(test.Store.Patients, test.Store.Users, test.Store.IdempotencyKeys, SqlTestStore.Ids, audit, TimeProvider.System);
        var request = new IdempotentRequest(new(null, "register", "k"), [1]);

        var registered = await register.HandleAsync(new RegisterPatient { Gender = Gender.Male, Age = 66 }, Actor.Operator, request, default);
        Assert.Null(registered.Error);
        await test.Relay().DrainAsync(default);
        Assert.Empty(SqlFailpoints.All.Except(passed.Keys));

        var next = registered.Value!.Patient.Archive(TimeProvider.System.GetUtcNow());
        await test.Store.Patients.UpdateAsync(next, SqlTestStore.AChange(next), default);
        Assert.Empty(SqlFailpoints.OfUpdates.Except(passed.Keys));
        Assert.Empty(passed.Keys.Where(name => name.StartsWith("sql.", StringComparison.Ordinal)).Except(SqlFailpoints.All).Except(SqlFailpoints.OfUpdates));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_outage_at_any_failpoint_loses_nothing_that_was_acknowledged(string engine)
    {
        foreach (var name in SqlFailpoints.All)
        {
            var outage = new OneOutage();
            await using var test = await SqlTestStore.NewAsync(engine);
            var scope = new IdempotencyScope(null, "register", "k");
            var patient = SqlTestStore.APatient("A1");
            outage.Arm(name);
            await OneOutage.TwiceAsync(() => test.Store.IdempotencyKeys.ReserveAsync(scope, new(patient.Id.Value, [1], null), patient.CreatedAt, default));
            await OneOutage.TwiceAsync(() => test.AddAsync(patient));
            await OneOutage.TwiceAsync(() => test.Store.IdempotencyKeys.CompleteAsync(scope, 201, default));
            await OneOutage.TwiceAsync(() => test.Relay().DrainAsync(default));

            Assert.False(outage.IsArmed, $"{name} was never passed");
            Assert.Equal(patient.Id, (await test.Store.Patients.FindAsync(patient.Id, default))!.Id);
            Assert.Equal(patient.Id.ToString(), Assert.Single(await test.Store.Log.ReadAfterAsync(0, 10, default)).EntityId);
            Assert.Equal(0, (await test.Store.Outbox.PendingStateAsync(default)).Count);
        }
    }
}
