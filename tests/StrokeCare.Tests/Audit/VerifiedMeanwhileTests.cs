using System.Runtime.CompilerServices;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;
using StrokeCare.Tests.Sql;

namespace StrokeCare.Tests.Audit;

/// <summary>The versions of all records are read once when nothing happens meanwhile, and again for what has happened.</summary>
public sealed class VerifiedMeanwhileTests
{
    private static readonly Statement Forget = new("DELETE FROM patients WHERE id = $1", SqlType.Text);

    [Fact]
    public async Task Records_are_read_once_while_nobody_writes()
    {
        var (found, walks) = await VerifyAsync(null);

        Assert.Equal((true, 1), (found.Ok, walks));
    }

    [Fact]
    public async Task A_record_that_is_changed_meanwhile_is_no_finding()
    {
        var (found, walks) = await VerifyAsync(async (test, patient) =>
        {
            await test.AddAsync(SqlTestStore.APatient("New"));
            var next = patient.Amend(patient.Details with { Phone = "1" }, patient.AssignedDoctorId, patient.CreatedAt).Value!;
            await test.Store.Patients.UpdateAsync(next, SqlTestStore.AChange(next, AuditAction.PatientUpdated), default);
        });

        Assert.Equal((true, 2), (found.Ok, walks));
    }

    [Fact]
    public async Task A_record_that_is_made_and_lost_meanwhile_is_found()
    {
        var (found, walks) = await VerifyAsync(async (test, _) =>
        {
            var patient = SqlTestStore.APatient("New");
            await test.AddAsync(patient);
            await test.Relay().DrainAsync(default);
            await test.Store.Writer.RunAsync(session => session.Execute(Forget, patient.Id.ToString()), default);
        });

        Assert.Equal(["entity.lost"], found.Findings.Select(finding => finding.Code));
        Assert.Equal(2, walks);
    }

    private static async Task<(LogVerification Found, int Walks)> VerifyAsync(Func<SqlTestStore, Patient, Task>? meanwhile)
    {
        await using var test = await SqlTestStore.NewAsync("sqlite");
        using var folder = new TemporaryFolder();
        using var keys = SigningKeys.Open(folder.File("keys"), "checkpoint", TimeProvider.System);
        var patient = SqlTestStore.APatient("First");
        await test.AddAsync(patient);
        var watched = new WatchedSource(test.Store.Outbox, () => meanwhile?.Invoke(test, patient) ?? Task.CompletedTask);
        var verify = new VerifyLogHandler(test.Store.Log, [watched], test.Relay(), new CheckpointFile(folder.File("checkpoints.jsonl")), keys);
        return (await verify.HandleAsync(null, default), watched.Walks);
    }

    /// <summary>Counts the walks over all records, and lets something happen behind the first.</summary>
    private sealed class WatchedSource(IChangeSource inner, Func<Task> behindTheFirst) : IChangeSource
    {
        public int Walks { get; private set; }

        public string Store => inner.Store;

        public Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct) => inner.PendingAsync(max, ct);

        public Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct) => inner.ClearAsync(logged, ct);

        public Task<PendingState> PendingStateAsync(CancellationToken ct) => inner.PendingStateAsync(ct);

        public async IAsyncEnumerable<EntityVersion> VersionsAsync([EnumeratorCancellation] CancellationToken ct)
        {
            await foreach (var entity in inner.VersionsAsync(ct)) yield return entity;
            if (++Walks == 1) await behindTheFirst();
        }
    }
}
