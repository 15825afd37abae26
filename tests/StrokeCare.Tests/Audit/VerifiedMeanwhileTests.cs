using System.Runtime.CompilerServices;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;
using StrokeCare.Tests.Sql;

namespace StrokeCare.Tests.Audit;

/// <summary>The versions of all records are read once when nothing happens meanwhile, and again for what has happened.</summary>
public sealed class VerifiedMeanwhileTests : IAsyncLifetime
{
    private static readonly Statement Forget = new("DELETE FROM patients WHERE id = $1", SqlType.Text);

    private readonly TemporaryFolder folder = new();
    private readonly Patient first = SqlTestStore.APatient("First");
    private SqlTestStore test = null!;
    private WatchedSource source = null!;

    public async ValueTask InitializeAsync()
    {
        test = await SqlTestStore.NewAsync("sqlite");
        source = new(test.Store.Outbox);
        await test.AddAsync(first);
    }

    public async ValueTask DisposeAsync()
    {
        await test.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Records_are_read_once_while_nobody_writes()
    {
        Assert.True((await VerifyAsync()).Ok);
        Assert.Equal(1, source.Walks);
    }

    [Fact]
    public async Task Records_that_are_made_and_changed_meanwhile_are_no_finding()
    {
        source.BehindTheFirst = async () =>
        {
            await test.AddAsync(SqlTestStore.APatient("New"));
            var next = first.Amend(first.Details with { Phone = "1" }, first.AssignedDoctorId, first.CreatedAt).Value!;
            await test.Store.Patients.UpdateAsync(next, SqlTestStore.AChange(next, AuditAction.PatientUpdated), default);
        };

        Assert.True((await VerifyAsync()).Ok);
        Assert.Equal(2, source.Walks);
    }

    [Fact]
    public async Task A_record_that_is_made_and_lost_meanwhile_is_found()
    {
        source.BehindTheFirst = async () =>
        {
            var patient = SqlTestStore.APatient("New");
            await test.AddAsync(patient);
            await test.Relay().DrainAsync(default);
            await LoseAsync(patient);
        };

        Assert.Equal(["entity.lost"], (await VerifyAsync()).Findings.Select(finding => finding.Code));
        Assert.Equal(2, source.Walks);
    }

    [Fact]
    public async Task A_record_that_is_lost_when_it_has_been_read_is_found_by_the_next()
    {
        source.BehindTheFirst = () => LoseAsync(first);

        Assert.True((await VerifyAsync()).Ok);
        Assert.Equal(["entity.lost"], (await VerifyAsync()).Findings.Select(finding => finding.Code));
    }

    private async Task LoseAsync(Patient patient) => await test.Store.Writer.RunAsync(session => session.Execute(Forget, patient.Id.ToString()), default);

    private async Task<LogVerification> VerifyAsync()
    {
        using var keys = SigningKeys.Open(folder.File("keys"), "checkpoint", TimeProvider.System);
        return await new VerifyLogHandler(test.Store.Log, [source], test.Relay(), new CheckpointFile(folder.File("checkpoints.jsonl")), keys).HandleAsync(null, default);
    }

    /// <summary>Counts the walks over all records, and lets something happen behind the first.</summary>
    private sealed class WatchedSource(IChangeSource inner) : IChangeSource
    {
        public Func<Task> BehindTheFirst { get; set; } = () => Task.CompletedTask;

        public int Walks { get; private set; }

        public string Store => inner.Store;

        public Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct) => inner.PendingAsync(max, ct);

        public Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct) => inner.ClearAsync(logged, ct);

        public Task<PendingState> PendingStateAsync(CancellationToken ct) => inner.PendingStateAsync(ct);

        public async IAsyncEnumerable<EntityVersion> VersionsAsync([EnumeratorCancellation] CancellationToken ct)
        {
            await foreach (var entity in inner.VersionsAsync(ct)) yield return entity;
            if (++Walks == 1) await BehindTheFirst();
        }
    }
}
