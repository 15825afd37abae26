using StrokeCare.Changes;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Changes;

/// <summary>Keys of POSTs that create. The row's unique key decides between racers: all of them go on with its id.</summary>
internal sealed class IdempotencyStore(Writer writer) : IIdempotencyStore
{
    private static readonly TimeSpan PurgeInterval = TimeSpan.FromMinutes(10);

    private static readonly Statement Reserve = new(
        """
        INSERT INTO idempotency_keys (actor_id, route, idempotency_key, request_hash, reserved_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (actor_id, route, idempotency_key) DO UPDATE
        SET request_hash = excluded.request_hash, reserved_id = excluded.reserved_id, status = NULL, created_at = excluded.created_at
        WHERE idempotency_keys.created_at <= $7
        RETURNING reserved_id, request_hash, status
        """,
        SqlType.Int, SqlType.Text, SqlType.Text, SqlType.Bytes, SqlType.Text, SqlType.Long, SqlType.Long);

    private static readonly Statement Find = new(
        "SELECT reserved_id, request_hash, status FROM idempotency_keys WHERE actor_id = $1 AND route = $2 AND idempotency_key = $3",
        SqlType.Int, SqlType.Text, SqlType.Text);

    private static readonly Statement Complete = new(
        "UPDATE idempotency_keys SET status = $4 WHERE actor_id = $1 AND route = $2 AND idempotency_key = $3",
        SqlType.Int, SqlType.Text, SqlType.Text, SqlType.Int);

    private static readonly Statement Forget = new(
        "DELETE FROM idempotency_keys WHERE actor_id = $1 AND route = $2 AND idempotency_key = $3 AND request_hash = $4 AND status IS NULL",
        SqlType.Int, SqlType.Text, SqlType.Text, SqlType.Bytes);

    private static readonly Statement Purge = new("DELETE FROM idempotency_keys WHERE created_at <= $1", SqlType.Long);

    private long nextPurge;

    public async Task<Reservation> ReserveAsync(IdempotencyScope scope, Reservation proposed, DateTimeOffset now, CancellationToken ct)
    {
        var (at, expired) = (now.ToUnixTimeMilliseconds(), (now - IdempotencyScope.Kept).ToUnixTimeMilliseconds());
        await PurgeAsync(now, expired, ct);
        var (actor, route, key) = (scope.Actor?.Value ?? 0, scope.Route, scope.Key);
        return await writer.WriteAsync(
            session =>
            {
                Failpoint.Hit(SqlFailpoints.ReserveBeforeInsert);
                var reserved = session.First(Reserve, Read, actor, route, key, proposed.RequestHash, proposed.Id.ToString(), at, expired)
                    ?? session.First(Find, Read, actor, route, key);
                Failpoint.Hit(SqlFailpoints.ReserveAfterInsert);
                return reserved ?? throw new StoreUnavailableException("sql", "an idempotency key vanished while it was read");
            },
            ct);
    }

    public Task CompleteAsync(IdempotencyScope scope, int status, CancellationToken ct) => writer.WriteAsync(
        session =>
        {
            Failpoint.Hit(SqlFailpoints.CompleteBeforeUpdate);
            return session.Execute(Complete, scope.Actor?.Value ?? 0, scope.Route, scope.Key, status);
        },
        ct);

    public Task ForgetAsync(IdempotentRequest refused, CancellationToken ct) => writer.WriteAsync(
        session => session.Execute(Forget, refused.Scope.Actor?.Value ?? 0, refused.Scope.Route, refused.Scope.Key, refused.RequestHash), ct);

    private static Reservation Read(System.Data.Common.DbDataReader row) =>
        new(ClinicalId.Parse(row.GetString(0)), row.GetFieldValue<byte[]>(1), row.Int(2));

    private async Task PurgeAsync(DateTimeOffset now, long expired, CancellationToken ct)
    {
        var due = Interlocked.Read(ref nextPurge);
        if (now.UtcTicks < due || Interlocked.CompareExchange(ref nextPurge, (now + PurgeInterval).UtcTicks, due) != due) return;
        await writer.WriteAsync(session => session.Execute(Purge, expired), ct);
    }
}
