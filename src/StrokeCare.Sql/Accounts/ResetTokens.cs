using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Accounts;

/// <summary>Permissions to set a new password. Using one is what decides between racers; the user's others are used up with it.</summary>
internal sealed class ResetTokens(Dialect dialect, Writer writer, Readers readers)
{
    private static readonly Statement Add = new(
        "INSERT INTO reset_tokens (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (token_hash) DO NOTHING",
        SqlType.Bytes, SqlType.Int, SqlType.Long, SqlType.Long);

    private static readonly Statement Find = new(
        "SELECT user_id FROM reset_tokens WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2", SqlType.Bytes, SqlType.Long);

    private static readonly Statement Use = new(
        "UPDATE reset_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING user_id", SqlType.Bytes, SqlType.Long);

    // In one order: of two that use two tokens of one user the second waits for the first, and never each for the other.
    private readonly Statement lockAll = new(
        $"SELECT 1 FROM reset_tokens WHERE user_id = (SELECT user_id FROM reset_tokens WHERE token_hash = $1) ORDER BY token_hash {dialect.ForUpdate}", SqlType.Bytes);

    private static readonly Statement UseAll = new("UPDATE reset_tokens SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL", SqlType.Int, SqlType.Long);

    private static readonly Statement Purge = new("DELETE FROM reset_tokens WHERE expires_at < $1 OR used_at < $1", SqlType.Long);

    public Task AddAsync(ResetToken token, CancellationToken ct) => writer.WriteAsync(
        session =>
        {
            Failpoint.Hit(SqlFailpoints.ResetTokenBeforeWrite);
            var added = session.Execute(Add, token.Hash, token.UserId.Value, token.CreatedAt.ToUnixTimeMilliseconds(), token.ExpiresAt.ToUnixTimeMilliseconds());
            Failpoint.Hit(SqlFailpoints.ResetTokenAfterWrite);
            return added;
        },
        ct);

    public Task<UserId?> FindAsync(byte[] hash, DateTimeOffset now, CancellationToken ct) =>
        readers.FirstAsync(Find, row => (UserId?)new UserId(row.GetInt32(0)), [hash, now.ToUnixTimeMilliseconds()], ct);

    // One that was cut off at its COMMIT finds its token used at the second try: a new mail is the safe way on.
    public Task<UserId?> UseAsync(byte[] hash, DateTimeOffset now, CancellationToken ct) => writer.RunAsync(
        session =>
        {
            Failpoint.Hit(SqlFailpoints.ResetTokenBeforeWrite);
            var at = now.ToUnixTimeMilliseconds();
            session.Query(lockAll, _ => 0, hash);
            var user = session.First(Use, row => (UserId?)new UserId(row.GetInt32(0)), hash, at);
            if (user is { } known) UseUp(session, known, now);
            Failpoint.Hit(SqlFailpoints.ResetTokenAfterWrite);
            return user;
        },
        ct);

    public Task UseUpAsync(UserId user, DateTimeOffset now, CancellationToken ct) => writer.WriteAsync(session => UseUp(session, user, now), ct);

    public static int UseUp(DbSession session, UserId user, DateTimeOffset now) => session.Execute(UseAll, user.Value, now.ToUnixTimeMilliseconds());

    public Task PurgeAsync(DateTimeOffset before, CancellationToken ct) =>
        writer.WriteAsync(session => session.Execute(Purge, before.ToUnixTimeMilliseconds()), ct);
}
