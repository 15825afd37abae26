using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Accounts;

/// <summary>Accounts that a self-registration has taken and not made real yet: version 0, in no list, nothing of them in the log.</summary>
internal sealed class UserReservations(Dialect dialect, Writer writer, LogAppend append, Signal appended)
{
    // The same intent's account is found by its mark, and once it is real by its password hash: a salted one never occurs twice.
    private static readonly Statement Rivals = new(
        """
        SELECT (SELECT id FROM users WHERE reserved_by = $1), (SELECT id FROM users WHERE normalized_username = $2 AND password_hash = $4),
            EXISTS (SELECT 1 FROM users WHERE normalized_username = $2), EXISTS (SELECT 1 FROM users WHERE normalized_email = $3)
        """,
        SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text);

    private static readonly Statement Activate = new(
        "UPDATE users SET is_active = $3, version = 1, reserved_by = NULL WHERE id = $1 AND reserved_by = $2", SqlType.Int, SqlType.Text, SqlType.Bool);

    private static readonly Statement Remove = new("DELETE FROM users WHERE reserved_by = $1", SqlType.Text);

    public Task<(AddUserOutcome Outcome, UserId Id)> ReserveAsync(User user, CancellationToken ct)
    {
        var values = UserColumns.Values(user with { IsActive = false, Version = 0 });
        return writer.WriteAsync(
            session =>
            {
                Failpoint.Hit(SqlFailpoints.UserReserveBeforeInsert);
                var id = session.First(UserColumns.Insert, row => row.GetInt32(0), values);
                var reserved = id == 0 ? NotReserved(session, user) : (AddUserOutcome.Added, new UserId(id));
                Failpoint.Hit(SqlFailpoints.UserReserveAfterInsert);
                return reserved;
            },
            ct);
    }

    public async Task<bool> ActivateAsync(UserId id, string reservedBy, Change change, CancellationToken ct)
    {
        var active = await writer.AppendAsync(
            session =>
            {
                Failpoint.Hit(SqlFailpoints.UserActivateBeforeWrite);
                if (session.Execute(Activate, id.Value, reservedBy, true) == 0) return LogAppend.IsLogged(session, change);
                Failpoint.Hit(SqlFailpoints.UserActivateAfterWrite);
                append.Append(session, [change]);
                return true;
            },
            ct);
        if (active) appended.Raise();
        return active;
    }

    public Task RemoveAsync(string reservedBy, CancellationToken ct) => writer.WriteAsync(
        session =>
        {
            Failpoint.Hit(SqlFailpoints.UserRemoveBeforeDelete);
            var removed = session.Execute(Remove, reservedBy);
            Failpoint.Hit(SqlFailpoints.UserRemoveAfterDelete);
            return removed;
        },
        ct);

    /// <exception cref="StoreUnavailableException">Neither: a reservation that was in the way is gone by now, and asking again will tell.</exception>
    public static AddUserOutcome Taken(bool name, bool email, Dialect dialect) =>
        name ? AddUserOutcome.UsernameTaken
        : email ? AddUserOutcome.EmailTaken
        : throw new StoreUnavailableException(dialect.EngineName, "a rival account vanished while it was looked at");

    private (AddUserOutcome, UserId) NotReserved(DbSession session, User user)
    {
        var found = session.First(
            Rivals,
            row => (Reserved: row.Int(0), Real: row.Int(1), Name: row.GetBoolean(2), Email: row.GetBoolean(3)),
            user.ReservedBy, User.Normalize(user.Username), User.Normalize(user.Email), user.PasswordHash);
        return (found.Reserved ?? found.Real) is { } mine ? (AddUserOutcome.Added, new(mine)) : (Taken(found.Name, found.Email, dialect), default);
    }
}
