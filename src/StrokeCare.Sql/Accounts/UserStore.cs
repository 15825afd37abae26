using System.Data.Common;
using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Accounts;

/// <summary>Accounts. A change of one is appended to the log in the very transaction that makes it.</summary>
internal sealed class UserStore(Dialect dialect, Writer writer, Readers readers, LogAppend append, Signal appended) : IUserStore
{
    private static readonly Statement ById = new($"SELECT {UserColumns.Names} FROM users WHERE id = $1", SqlType.Int);

    private static readonly Statement ByName = new($"SELECT {UserColumns.Names} FROM users WHERE normalized_username = $1", SqlType.Text);

    private static readonly Statement ByEmail = new($"SELECT {UserColumns.Names} FROM users WHERE normalized_email = $1 AND reserved_by IS NULL", SqlType.Text);

    private static readonly Statement WhyNotAdded = new(
        """
        SELECT (SELECT id FROM users WHERE normalized_username = $1 AND password_hash = $3), EXISTS (SELECT 1 FROM users WHERE normalized_username = $1),
            EXISTS (SELECT 1 FROM users WHERE normalized_email = $2)
        """,
        SqlType.Text, SqlType.Text, SqlType.Text);

    private static readonly Statement Update = new(
        """
        UPDATE users SET version = $2, email = $3, normalized_email = $4, password_hash = $5, role = $6, first_name = $7, last_name = $8, phone = $9,
            specialization = $10, license_number = $11, is_active = $12, epoch = $13, must_change_password = $14, password_changed_at = $15,
            failed_attempts = CASE WHEN $16 THEN 0 ELSE failed_attempts END, locked_until = CASE WHEN $16 THEN NULL ELSE locked_until END
        WHERE id = $1 AND version = $2 - 1 AND reserved_by IS NULL
            AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.normalized_email = $4 AND other.id <> $1)
            AND (role <> 'admin' OR NOT is_active OR ($6 = 'admin' AND $12) OR EXISTS (SELECT 1 FROM users AS other WHERE other.role = 'admin' AND other.is_active AND other.id <> $1))
        """,
        SqlType.Int, SqlType.Long, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text,
        SqlType.Text, SqlType.Text, SqlType.Bool, SqlType.Int, SqlType.Bool, SqlType.Time, SqlType.Bool);

    private static readonly Statement MadeBy = new("SELECT entity_id FROM security_logs WHERE change_id = $1 AND entity_type = 'user'", SqlType.Text);

    private static readonly Statement WhyNotUpdated = new(
        """
        SELECT (SELECT version FROM users WHERE id = $1 AND reserved_by IS NULL), EXISTS (SELECT 1 FROM users WHERE normalized_email = $2 AND id <> $1),
            EXISTS (SELECT 1 FROM security_logs WHERE change_id = $3), NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND is_active AND id <> $1)
        """,
        SqlType.Int, SqlType.Text, SqlType.Text);

    // The row is locked by the first of those who race, and each of the others counts from what that one has left.
    private static readonly Statement Count = new(
        """
        UPDATE users SET failed_attempts = CASE WHEN locked_until IS NULL THEN failed_attempts + 1 ELSE 1 END,
            locked_until = CASE WHEN locked_until IS NULL AND failed_attempts + 1 >= $4 THEN $3 END
        WHERE id = $1 AND (locked_until IS NULL OR locked_until <= $2) RETURNING failed_attempts
        """,
        SqlType.Int, SqlType.Time, SqlType.Time, SqlType.Int);

    private static readonly Statement SignedIn = new("UPDATE users SET last_login = $2, failed_attempts = 0, locked_until = NULL WHERE id = $1", SqlType.Int, SqlType.Time);

    private static readonly Statement Forget = new("UPDATE users SET failed_attempts = 0, locked_until = NULL WHERE id = $1", SqlType.Int);

    private static readonly Statement CountByRole = new("SELECT role, is_active, count(*) FROM users WHERE reserved_by IS NULL GROUP BY role, is_active");

    private static readonly Statement AdminExists = new("SELECT 1 FROM users WHERE role = $1 AND reserved_by IS NULL LIMIT 1", SqlType.Text);

    private readonly Statement names = new(
        $"SELECT id, username, first_name, last_name, specialization FROM users WHERE {dialect.AnyOf("id", "$1")} AND reserved_by IS NULL", SqlType.Ints);

    private readonly UserLists lists = new(dialect);

    private readonly UserReservations reservations = new(dialect, writer, append, appended);

    public Task<User?> FindAsync(UserId id, CancellationToken ct) => readers.FirstAsync(ById, Read, [id.Value], ct);

    public Task<User?> FindByUsernameAsync(string username, CancellationToken ct) => readers.FirstAsync(ByName, Read, [User.Normalize(username)], ct);

    public Task<User?> FindByEmailAsync(string email, CancellationToken ct) => readers.FirstAsync(ByEmail, Read, [User.Normalize(email)], ct);

    public async Task<IReadOnlyList<User>> ListAsync(UserFilter filter, CancellationToken ct)
    {
        var (statement, values) = lists.For(filter);
        return await readers.QueryAsync(statement, Read, values, ct);
    }

    public async Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(User user, Func<UserId, Change> change, CancellationToken ct)
    {
        var values = UserColumns.Values(user);
        var added = await writer.AppendAsync(
            session =>
            {
                var id = session.First(UserColumns.Insert, row => row.GetInt32(0), values);
                if (id == 0) return NotAdded(session, user, change(default));
                append.Append(session, [change(new(id))]);
                return (AddUserOutcome.Added, new UserId(id));
            },
            ct);
        if (added.Item1 == AddUserOutcome.Added) appended.Raise();
        return added;
    }

    public async Task<UpdateUserOutcome> UpdateAsync(User next, FailedAttempts attempts, Change change, CancellationToken ct)
    {
        object?[] values =
        [
            next.Id.Value, next.Version, next.Email, User.Normalize(next.Email), next.PasswordHash, next.Role.Wire(), next.FirstName, next.LastName, next.Phone,
            next.Specialization, next.LicenseNumber, next.IsActive, next.Epoch, next.MustChangePassword, next.PasswordChangedAt, attempts == FailedAttempts.Forget,
        ];
        var outcome = await writer.AppendAsync(
            session =>
            {
                Failpoint.Hit(SqlFailpoints.UserUpdateBeforeWrite);
                // Before the row and not behind it: of two admins who take the role from one another the second sees what
                // the first has committed, and no two wait for each other's lock.
                dialect.LockLog(session);
                if (session.Execute(Update, values) == 0) return NotUpdated(session, next, change);
                Failpoint.Hit(SqlFailpoints.UserUpdateAfterWrite);
                append.Append(session, [change]);
                return UpdateUserOutcome.Updated;
            },
            ct);
        if (outcome == UpdateUserOutcome.Updated) appended.Raise();
        return outcome;
    }

    public Task<SignInAttempt> CountAttemptAsync(UserId id, DateTimeOffset now, CancellationToken ct) => writer.WriteAsync(
        session =>
        {
            Failpoint.Hit(SqlFailpoints.CountAttemptBeforeWrite);
            var number = session.First(Count, row => row.GetInt32(0), id.Value, now, now + SignInAttempt.LockedFor, SignInAttempt.Most);
            Failpoint.Hit(SqlFailpoints.CountAttemptAfterWrite);
            return new SignInAttempt(number);
        },
        ct);

    public Task SignedInAsync(UserId id, DateTimeOffset at, CancellationToken ct) => writer.WriteAsync(session => session.Execute(SignedIn, id.Value, at), ct);

    public Task ForgetAttemptsAsync(UserId id, CancellationToken ct) => writer.WriteAsync(session => session.Execute(Forget, id.Value), ct);

    public Task<(AddUserOutcome Outcome, UserId Id)> ReserveAsync(User user, CancellationToken ct) => reservations.ReserveAsync(user, ct);

    public Task<bool> ActivateAsync(UserId id, string reservedBy, Change change, CancellationToken ct) => reservations.ActivateAsync(id, reservedBy, change, ct);

    public Task RemoveReservedAsync(string reservedBy, CancellationToken ct) => reservations.RemoveAsync(reservedBy, ct);

    public async Task<IReadOnlyDictionary<UserId, DoctorName>> NamesAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return new Dictionary<UserId, DoctorName>();
        var found = await readers.QueryAsync(
            names,
            row => new DoctorName(new(row.GetInt32(0)), row.GetString(1), row.Text(2), row.Text(3), row.Text(4)),
            [ids.Select(id => id.Value).ToArray()],
            ct);
        return found.ToDictionary(name => name.Id);
    }

    public async Task<IReadOnlyList<AccountCount>> CountAsync(CancellationToken ct) =>
        await readers.QueryAsync(CountByRole, row => new AccountCount(UserColumns.RoleOf(row.GetString(0)), row.GetBoolean(1), row.GetInt64(2)), [], ct);

    public Task<bool> AnyAdminAsync(CancellationToken ct) => readers.FirstAsync(AdminExists, _ => true, [Role.Admin.Wire()], ct);

    // A salted hash never occurs twice: a row with this very one was written by the attempt before.
    private (AddUserOutcome, UserId) NotAdded(DbSession session, User user, Change change)
    {
        var (mine, nameTaken, emailTaken) = session.First(
            WhyNotAdded, row => (row.Int(0), row.GetBoolean(1), row.GetBoolean(2)), User.Normalize(user.Username), User.Normalize(user.Email), user.PasswordHash);
        if (session.MayHaveCommitted && mine is { } id) return (AddUserOutcome.Added, new(id));
        if (session.First(MadeBy, row => row.Text(0), change.ChangeId) is { } earlier) return (AddUserOutcome.AlreadyAdded, new(int.Parse(earlier, CultureInfo.InvariantCulture)));
        return (UserReservations.Taken(nameTaken, emailTaken, dialect), default);
    }

    private UpdateUserOutcome NotUpdated(DbSession session, User next, Change change)
    {
        var found = session.First(
            WhyNotUpdated,
            row => (Version: row.Long(0), EmailTaken: row.GetBoolean(1), Logged: row.GetBoolean(2), IsLastAdmin: row.GetBoolean(3)),
            next.Id.Value, User.Normalize(next.Email), change.ChangeId);
        return found switch
        {
            { Logged: true } when session.MayHaveCommitted => UpdateUserOutcome.Updated,
            { Version: null } => UpdateUserOutcome.Missing,
            { Version: var version } when version != next.Version - 1 => UpdateUserOutcome.Stale,
            { EmailTaken: true } => UpdateUserOutcome.EmailTaken,
            { IsLastAdmin: true } => UpdateUserOutcome.LastAdmin,
            _ => throw new StoreUnavailableException(dialect.EngineName, "a rival account vanished while it was looked at"),
        };
    }

    private User Read(DbDataReader row) => UserColumns.Read(row, dialect);
}
