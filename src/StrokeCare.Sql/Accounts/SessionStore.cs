using System.Data.Common;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Accounts;

/// <summary>Signed-in devices. What the log hears of one is appended in the very transaction that opens or revokes it.</summary>
internal sealed class SessionStore(Dialect dialect, Writer writer, Readers readers, LogAppend append, Signal appended) : ISessionStore
{
    private const string Columns = "id, user_id, epoch, family_hash, token_hash, created_at, last_used_at, expires_at, revoked_at, ip_address, user_agent";

    private const int MostListed = 100;

    private static readonly Statement Open = new(
        $"INSERT INTO sessions ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
        SqlType.Text, SqlType.Int, SqlType.Int, SqlType.Bytes, SqlType.Bytes, SqlType.Long, SqlType.Long, SqlType.Long, SqlType.Long, SqlType.Text, SqlType.Text);

    private static readonly Statement ById = new($"SELECT {Columns} FROM sessions WHERE id = $1", SqlType.Text);

    private static readonly Statement ByFamily = new($"SELECT {Columns} FROM sessions WHERE family_hash = $1", SqlType.Bytes);

    private static readonly Statement OpenOf = new(
        $"SELECT {Columns} FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_used_at > $3 ORDER BY created_at DESC, id DESC LIMIT $4",
        SqlType.Int, SqlType.Long, SqlType.Long, SqlType.Int);

    private static readonly Statement Renew = new(
        """
        UPDATE sessions SET token_hash = $2, epoch = $3, last_used_at = $4, family_hash = coalesce($6, family_hash)
        WHERE id = $1 AND revoked_at IS NULL AND ($5 IS NULL OR token_hash = $5)
        """,
        SqlType.Text, SqlType.Bytes, SqlType.Int, SqlType.Long, SqlType.Bytes, SqlType.Bytes);

    private static readonly Statement Renewed = new("SELECT 1 FROM sessions WHERE id = $1 AND token_hash = $2 AND revoked_at IS NULL", SqlType.Text, SqlType.Bytes);

    private static readonly Statement Revoke = new("UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", SqlType.Text, SqlType.Long);

    private static readonly Statement RevokeAll = new(
        "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $2", SqlType.Int, SqlType.Text, SqlType.Long);

    private static readonly Statement Purge = new(
        "DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1 OR last_used_at < $2", SqlType.Long, SqlType.Long);

    private readonly ResetTokens tokens = new(dialect, writer, readers);

    public async Task OpenAsync(Session session, Change login, CancellationToken ct)
    {
        var values = Values(session);
        await writer.AppendAsync(
            connection =>
            {
                Failpoint.Hit(SqlFailpoints.SessionOpenBeforeInsert);
                connection.Execute(Open, values);
                Failpoint.Hit(SqlFailpoints.SessionOpenAfterInsert);
                return append.Append(connection, [login]);
            },
            ct);
        appended.Raise();
    }

    public Task<Session?> FindAsync(string id, CancellationToken ct) => readers.FirstAsync(ById, Read, [id], ct);

    public Task<Session?> FindByFamilyAsync(byte[] familyHash, CancellationToken ct) => readers.FirstAsync(ByFamily, Read, [familyHash], ct);

    public async Task<IReadOnlyList<Session>> OpenOfAsync(UserId user, DateTimeOffset now, CancellationToken ct) => await readers.QueryAsync(
        OpenOf, Read, [user.Value, now.ToUnixTimeMilliseconds(), (now - Session.IdleLifetime).ToUnixTimeMilliseconds(), MostListed], ct);

    public Task<bool> RenewAsync(SessionRenewal renewal, CancellationToken ct) => writer.WriteAsync(
        connection =>
        {
            Failpoint.Hit(SqlFailpoints.SessionRenewBeforeWrite);
            var renewed = connection.Execute(
                Renew, renewal.SessionId, renewal.NextTokenHash, renewal.Epoch, renewal.At.ToUnixTimeMilliseconds(), renewal.UsedTokenHash, renewal.NextFamilyHash) > 0;
            Failpoint.Hit(SqlFailpoints.SessionRenewAfterWrite);
            // Else an outage at the COMMIT would look as if somebody else had used the token, and cost the family.
            return renewed || (connection.MayHaveCommitted && connection.First(Renewed, _ => true, renewal.SessionId, renewal.NextTokenHash));
        },
        ct);

    public async Task<bool> RevokeAsync(string id, DateTimeOffset now, Change change, CancellationToken ct)
    {
        var revoked = await writer.AppendAsync(
            connection =>
            {
                Failpoint.Hit(SqlFailpoints.SessionRevokeBeforeWrite);
                if (connection.Execute(Revoke, id, now.ToUnixTimeMilliseconds()) == 0)
                    return connection.MayHaveCommitted && LogAppend.IsLogged(connection, change);
                Failpoint.Hit(SqlFailpoints.SessionRevokeAfterWrite);
                append.Append(connection, [change]);
                return true;
            },
            ct);
        if (revoked) appended.Raise();
        return revoked;
    }

    public async Task<int> RevokeAllAsync(UserId user, string? except, DateTimeOffset now, Change? change, CancellationToken ct)
    {
        if (change is null) return await writer.RunAsync(RevokeThem, ct);
        var revoked = await writer.AppendAsync(
            connection =>
            {
                var count = RevokeThem(connection);
                append.Append(connection, [change]);
                return count;
            },
            ct);
        appended.Raise();
        return revoked;

        int RevokeThem(DbSession connection)
        {
            Failpoint.Hit(SqlFailpoints.SessionRevokeBeforeWrite);
            var count = connection.Execute(RevokeAll, user.Value, except, now.ToUnixTimeMilliseconds());
            ResetTokens.UseUp(connection, user, now);
            Failpoint.Hit(SqlFailpoints.SessionRevokeAfterWrite);
            return count;
        }
    }

    public async Task PurgeAsync(DateTimeOffset before, CancellationToken ct)
    {
        var (ended, lastUsed) = (before.ToUnixTimeMilliseconds(), (before - Session.IdleLifetime).ToUnixTimeMilliseconds());
        await writer.WriteAsync(connection => connection.Execute(Purge, ended, lastUsed), ct);
        await tokens.PurgeAsync(before, ct);
    }

    public Task AddResetTokenAsync(ResetToken token, CancellationToken ct) => tokens.AddAsync(token, ct);

    public Task<UserId?> FindResetTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken ct) => tokens.FindAsync(hash, now, ct);

    public Task<UserId?> UseResetTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken ct) => tokens.UseAsync(hash, now, ct);

    public Task UseUpResetTokensAsync(UserId user, DateTimeOffset now, CancellationToken ct) => tokens.UseUpAsync(user, now, ct);

    private static object?[] Values(Session session) =>
    [
        session.Id, session.UserId.Value, session.Epoch, session.FamilyHash, session.TokenHash, session.CreatedAt.ToUnixTimeMilliseconds(),
        session.LastUsedAt.ToUnixTimeMilliseconds(), session.ExpiresAt.ToUnixTimeMilliseconds(), session.RevokedAt?.ToUnixTimeMilliseconds(),
        session.IpAddress, session.UserAgent,
    ];

    private static Session Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        UserId = new(row.GetInt32(1)),
        Epoch = row.GetInt32(2),
        FamilyHash = row.GetFieldValue<byte[]>(3),
        TokenHash = row.GetFieldValue<byte[]>(4),
        CreatedAt = row.Milliseconds(5),
        LastUsedAt = row.Milliseconds(6),
        ExpiresAt = row.Milliseconds(7),
        RevokedAt = row.MillisecondsOrNull(8),
        IpAddress = row.Text(9),
        UserAgent = row.Text(10),
    };
}
