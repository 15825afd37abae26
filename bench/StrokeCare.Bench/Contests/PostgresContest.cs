using Npgsql;
using StrokeCare.Audit;
using StrokeCare.Bench.ByHand;
using StrokeCare.Changes;
using StrokeCare.Sql;

namespace StrokeCare.Bench.Contests;

internal sealed class PostgresContest(string server, (string Ours, string ByHand) databases, string version, RelationalStore store, ChangeSignal changed) : IContest
{
    private const int MostDrops = 60;
    private static readonly TimeSpan BetweenDrops = TimeSpan.FromMilliseconds(500);

    private readonly PostgresByHand byHand = new(ConnectionString(server, databases.ByHand));
    private readonly PostgresByHand byHandOnOurs = new(ConnectionString(server, databases.Ours));

    public string Engine => "postgresql";

    public string Describes => $"PostgreSQL {version}, on the same machine over TCP, `fsync` and `synchronous_commit` on, `shared_buffers` 256 MB.";

    public string ByHandDescribes =>
        "Npgsql, statements prepared on their connections, a pool of 32; record and outbox row are one statement in one transaction and one round trip; a bulk is one batch in one transaction.";

    public Aims Aims => Aims.Relational;

    public ISide Ours { get; } = new OurSide(store.Patients);

    public ISide ByHand => byHand;

    public ISide ByHandOnOurs => byHandOnOurs;

    public ISecurityLog Log => store.Log;

    public IChangeSource Source => store.Outbox;

    public ChangeSignal Changed => changed;

    public static async Task<IContest> OpenAsync(string server, TimeProvider time, CancellationToken ct)
    {
        var suffix = System.Security.Cryptography.RandomNumberGenerator.GetHexString(8, lowercase: true);
        var (ours, theirs) = ($"bench_ours_{suffix}", $"bench_byhand_{suffix}");
        await ExecuteAsync(server, $"CREATE DATABASE {ours}", ct);
        await ExecuteAsync(server, $"CREATE DATABASE {theirs}", ct);
        var raised = new ChangeSignal();
        await using (await RelationalContest.OpenMigratedAsync(Url(server, theirs), raised, time, ct))
        {
            // Only the schema is wanted.
        }

        await using var connection = new NpgsqlConnection(ConnectionString(server, "postgres") + ";Pooling=false");
        await connection.OpenAsync(ct);
        return new PostgresContest(
            server, (ours, theirs), connection.PostgreSqlVersion.ToString(), await RelationalContest.OpenMigratedAsync(Url(server, ours), raised, time, ct), raised);
    }

    public async Task<(IReadOnlyDictionary<string, string> Ours, IReadOnlyDictionary<string, string> ByHand)> StoredAsync(string patientId, CancellationToken ct)
    {
        return (await ReadAsync(databases.Ours), await ReadAsync(databases.ByHand));

        async Task<IReadOnlyDictionary<string, string>> ReadAsync(string database)
        {
            await using var connection = new NpgsqlConnection(ConnectionString(server, database) + ";Pooling=false");
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
        foreach (var database in new[] { databases.Ours, databases.ByHand }) await DropAsync(server, database);
    }

    // The server's own vacuum may be at work in it, which only a superuser may end: it ends by itself.
    internal static async Task DropAsync(string server, string database)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {database} WITH (FORCE)", CancellationToken.None);
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.InsufficientPrivilege && attempt < MostDrops)
            {
                await Task.Delay(BetweenDrops);
            }
        }
    }

    internal static async Task ExecuteAsync(string server, string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(server, "postgres") + ";Pooling=false");
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    internal static string Url(string server, string database) => new UriBuilder(server) { Path = database }.Uri.ToString();

    internal static string ConnectionString(string server, string database) => RelationalUrl.Parse(Url(server, database)).ConnectionString;
}
