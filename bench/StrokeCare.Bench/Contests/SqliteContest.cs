using Microsoft.Data.Sqlite;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Bench.ByHand;
using StrokeCare.Changes;
using StrokeCare.Sql;

namespace StrokeCare.Bench.Contests;

internal sealed class SqliteContest(RelationalStore store, ChangeSignal changed, string oursFile, string byHandFile) : IContest
{
    private readonly SqliteByHand byHand = new(byHandFile);
    private readonly SqliteByHand byHandOnOurs = new(oursFile);

    public string Engine => "sqlite";

    public string Describes => $"SQLite {new SqliteConnection().ServerVersion}, one file, WAL, `synchronous=FULL`.";

    public string ByHandDescribes =>
        "Microsoft.Data.Sqlite with prepared commands and our pragmas; one writer thread, whose waiting callers (up to 256) share a COMMIT; a record and its outbox row are two commands.";

    public Aims Aims => Aims.Relational;

    public ISide Ours { get; } = new OurSide(store.Patients);

    public ISide ByHand => byHand;

    public ISide ByHandOnOurs => byHandOnOurs;

    public ISecurityLog Log => store.Log;

    public IUserStore Users => store.Users;

    public ISessionStore Sessions => store.Sessions;

    public IIdempotencyStore Keys => store.IdempotencyKeys;

    public IChangeSource Source => store.Outbox;

    public ChangeSignal Changed => changed;

    public static async Task<IContest> OpenAsync(string folder, TimeProvider time, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var (ours, theirs) = (Path.Combine(folder, "ours.db"), Path.Combine(folder, "byhand.db"));
        var raised = new ChangeSignal();
        await using (await RelationalContest.OpenMigratedAsync($"sqlite:///{theirs}", raised, time, ct))
        {
            // Only the schema is wanted: the hand-written side has the file to itself.
        }

        return new SqliteContest(await RelationalContest.OpenMigratedAsync($"sqlite:///{ours}", raised, time, ct), raised, ours, theirs);
    }

    public async Task<(IReadOnlyDictionary<string, string> Ours, IReadOnlyDictionary<string, string> ByHand)> StoredAsync(string patientId, CancellationToken ct)
    {
        return (await ReadAsync(oursFile), await ReadAsync(byHandFile));

        async Task<IReadOnlyDictionary<string, string>> ReadAsync(string file)
        {
            await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
            await connection.OpenAsync(ct);
            return await RelationalContest.StoredAsync(connection, patientId, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await byHand.DisposeAsync();
        await byHandOnOurs.DisposeAsync();
        await store.DisposeAsync();
        changed.Dispose();
    }
}
