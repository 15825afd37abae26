using System.Runtime.CompilerServices;
using System.Text.Json;
using StrokeCare.Changes;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Changes;

/// <summary>The changes of the SQL clinical stores that are durable with their entities and not yet in the log.</summary>
internal sealed class Outbox(Dialect dialect, Writer writer, Readers readers) : IChangeSource
{
    public const string Columns = "outbox (change_id, entity_type, entity_id, entity_version, created_at, change)";

    private const int Cap = 10_000;

    private static readonly Statement Pending = new("SELECT change FROM outbox ORDER BY position LIMIT $1", SqlType.Int);

    private static readonly Statement State = new(
        "SELECT count(*), min(created_at) FROM (SELECT created_at FROM outbox ORDER BY position LIMIT $1) AS waiting", SqlType.Int);

    private readonly Statement clear = new($"DELETE FROM outbox WHERE {dialect.AnyOf("change_id", "$1")}", SqlType.Texts);

    private static readonly TablePages<EntityVersion> Patients = Versions.Of(EntityType.Patient, "SELECT id, version FROM patients WHERE id > $1 ORDER BY id LIMIT $2");

    private static readonly TablePages<EntityVersion> History = Versions.Of(EntityType.MedicalHistory, "SELECT id, version FROM medical_history WHERE id > $1 ORDER BY id LIMIT $2");

    private static readonly TablePages<EntityVersion> Appointments = Versions.Of(EntityType.Appointment, "SELECT id, version FROM appointments WHERE id > $1 ORDER BY id LIMIT $2");

    public static SqlType[] Types { get; } = [SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Long, SqlType.Long, SqlType.Text];

    public string Store => dialect.EngineName;

    /// <summary>The values of <see cref="Columns"/>, in their order.</summary>
    public static object?[] Values(Change change) =>
    [
        change.ChangeId, StrokeCare.Audit.AuditNames.Wire(change.EntityType!.Value), change.EntityId, change.EntityVersion,
        change.At.ToUnixTimeMilliseconds(), JsonSerializer.Serialize(change, SqlJson.Default.Change),
    ];

    public async Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct) =>
        await readers.QueryAsync(Pending, row => JsonSerializer.Deserialize(row.GetString(0), SqlJson.Default.Change)!, [max], ct);

    public async Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct)
    {
        if (logged.Count == 0) return;
        string[] ids = [.. logged.Select(c => c.ChangeId)];
        await writer.WriteAsync(
            session =>
            {
                Failpoint.Hit(SqlFailpoints.ClearBeforeDelete);
                var cleared = session.Execute(clear, [ids]);
                Failpoint.Hit(SqlFailpoints.ClearAfterDelete);
                return cleared;
            },
            ct);
    }

    public async Task<PendingState> PendingStateAsync(CancellationToken ct) =>
        await readers.FirstAsync(State, row => new PendingState(row.GetInt64(0), row.MillisecondsOrNull(1)), [Cap], ct) ?? new(0, null);

    public async IAsyncEnumerable<EntityVersion> VersionsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var kind in new[] { Patients, History, Appointments })
        {
            await foreach (var page in kind.ReadAsync(readers, ct))
            {
                foreach (var entity in page) yield return entity;
            }
        }
    }
}

/// <summary>
/// Accounts append their changes in their own transaction: nothing is ever pending, only versions can be compared. One
/// that is only reserved is no entity yet.
/// </summary>
internal sealed class UserVersions(Dialect dialect, Readers readers) : IChangeSource
{
    private static readonly TablePages<EntityVersion> Users = Versions.Of(
        EntityType.User, "SELECT CAST(id AS TEXT), version FROM users WHERE id > CAST($1 AS INTEGER) AND reserved_by IS NULL ORDER BY users.id LIMIT $2") with
    { Start = "0" };

    public string Store => dialect.EngineName;

    public Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct) => Task.FromResult<IReadOnlyList<Change>>([]);

    public Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct) => Task.CompletedTask;

    public Task<PendingState> PendingStateAsync(CancellationToken ct) => Task.FromResult(new PendingState(0, null));

    public async IAsyncEnumerable<EntityVersion> VersionsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in Users.ReadAsync(readers, ct))
        {
            foreach (var entity in page) yield return entity;
        }
    }
}

internal static class Versions
{
    /// <summary>Of rows that are an id and a version.</summary>
    public static TablePages<EntityVersion> Of(EntityType type, string sql) => new(
        new(sql, SqlType.Text, SqlType.Int), row => new(type, row.GetString(0), row.GetInt64(1)), entity => entity.Id);
}
