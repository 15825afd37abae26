using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;
using StrokeCare.Tests.Sql;

namespace StrokeCare.Tests.Audit;

/// <summary>
/// A real log with patients behind it and real checkpoints beside it, whose guards are then dropped: what somebody who
/// owns the database can do. Each mutation begins with the good log again.
/// </summary>
internal sealed class TamperedLog : IAsyncDisposable
{
    private const string Copied = "id, " + LogColumns.All;
    private static readonly Statement Keep = new("CREATE TABLE good_logs AS SELECT * FROM security_logs");
    private static readonly Statement Clear = new("DELETE FROM security_logs");
    private static readonly Statement Restore = new($"INSERT INTO security_logs ({Copied}) SELECT {Copied} FROM good_logs");
    private static readonly Statement SetHead = new("UPDATE log_head SET seq = $1, hash = $2", SqlType.Long, SqlType.Text);

    private readonly SqlTestStore test;
    private readonly TemporaryFolder folder = new();
    private readonly SigningKeys keys;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private string goodCheckpoints = "";

    private TamperedLog(SqlTestStore test)
    {
        this.test = test;
        keys = SigningKeys.Open(folder.File("keys"), "checkpoint", clock);
        File = new CheckpointFile(folder.File("checkpoints.jsonl"));
    }

    public CheckpointFile File { get; }

    public SigningKeys Keys => keys;

    public string Engine => test.Store.EngineName;

    /// <summary>The good rows, in order.</summary>
    public IReadOnlyList<LogRow> Rows { get; private set; } = [];

    public IReadOnlyList<Checkpoint> Checkpoints { get; private set; } = [];

    /// <summary>The last row that a checkpoint vouches for.</summary>
    public long CoveredTo => Checkpoints[^1].Seq;

    public static async Task<TamperedLog> NewAsync(string engine)
    {
        var log = new TamperedLog(await SqlTestStore.NewAsync(engine));
        await log.FillAsync();
        await log.DropGuardsAsync();
        return log;
    }

    /// <summary>The good log, changed by <paramref name="tamper"/>; one transaction.</summary>
    public async Task TamperAsync(Action<DbSession>? tamper)
    {
        await System.IO.File.WriteAllTextAsync(File.Path, goodCheckpoints);
        await test.Store.Writer.RunAsync(
            session =>
            {
                session.Execute(Clear);
                session.Execute(Restore);
                MoveHead(session, Rows[^1]);
                tamper?.Invoke(session);
                return 0;
            },
            CancellationToken.None);
    }

    public Task<LogVerification> VerifyAsync() =>
        new VerifyLogHandler(test.Store.Log, [test.Store.Outbox, test.Store.UserVersions], test.Relay(), File, keys).HandleAsync(null, CancellationToken.None);

    public Checkpointer NewCheckpointer() => new(test.Store.Log, File, keys, clock, NullLogger<Checkpointer>.Instance);

    public Task<LogHead> HeadAsync() => test.Store.Log.HeadAsync(CancellationToken.None);

    public static void MoveHead(DbSession session, LogRow last) => session.Execute(SetHead, last.Seq, last.Hash);

    public async ValueTask DisposeAsync()
    {
        keys.Dispose();
        await test.DisposeAsync();
        folder.Dispose();
    }

    // Reads, writes and refusals in turn, a checkpoint after each batch but the last.
    private async Task FillAsync()
    {
        var patients = Enumerable.Range(0, 60).Select(i => SqlTestStore.APatient($"M{i}")).ToList();
        var checkpointer = NewCheckpointer();
        for (var batch = 0; batch < 12; batch++)
        {
            clock.Advance(TimeSpan.FromSeconds(batch + 1));
            var fresh = patients.Skip(batch * 5).Take(5).ToList();
            await test.Store.Patients.AddManyAsync([.. fresh.Select(p => new PatientAdded(p, SqlTestStore.AChange(p)))], CancellationToken.None);
            foreach (var known in patients.Take(batch * 5).Where((_, i) => i % 12 == batch).ToList())
            {
                var next = known.Amend(known.Details with { Phone = $"{batch}" }, known.AssignedDoctorId, clock.GetUtcNow()).Value!;
                await test.Store.Patients.UpdateAsync(next, SqlTestStore.AChange(next, AuditAction.PatientUpdated), CancellationToken.None);
            }

            await test.Relay().DrainAsync(CancellationToken.None);
            await test.Store.Log.AppendAsync([.. Enumerable.Range(0, 15 + batch).Select(i => SqlTestStore.AnEvent($"Seen {batch}/{i}"))], CancellationToken.None);
            if (batch < 11) Assert.True(await checkpointer.CoverAsync(CancellationToken.None));
        }

        Rows = await test.Store.Log.ReadAfterAsync(0, 10_000, CancellationToken.None);
        Checkpoints = File.Read().Checkpoints;
        goodCheckpoints = await System.IO.File.ReadAllTextAsync(File.Path);
    }

    private async Task DropGuardsAsync()
    {
        var engineOwn = Engine == "sqlite" ? "" : " ON security_logs";
        var headOwn = Engine == "sqlite" ? "" : " ON log_head";
        string[] guards =
        [
            $"DROP TRIGGER security_logs_no_update{engineOwn}", $"DROP TRIGGER security_logs_no_delete{engineOwn}",
            $"DROP TRIGGER security_logs_next_seq{engineOwn}", $"DROP TRIGGER log_head_forward{headOwn}",
            "DROP INDEX ux_security_logs_seq", "DROP INDEX ux_security_logs_change_id",
        ];
        foreach (var guard in guards) await RunAsync(new Statement(guard));
        await RunAsync(Keep);
    }

    private Task<int> RunAsync(Statement statement) => test.Store.Writer.RunAsync(session => session.Execute(statement), CancellationToken.None);
}
