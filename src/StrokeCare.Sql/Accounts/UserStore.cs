using System.Data.Common;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Accounts;

/// <summary>Accounts and their sessions. A change of an account is appended to the log in the very transaction that makes it.</summary>
internal sealed class UserStore(Dialect dialect, Writer writer, Readers readers, LogAppend append, Signal appended) : IUserStore
{
    private const string Written =
        "username, email, password_hash, role, first_name, last_name, phone, specialization, license_number, is_active, created_at, last_login, " +
        "epoch, failed_attempts, locked_until, must_change_password, version";

    private static readonly Statement ById = new($"SELECT id, {Written} FROM users WHERE id = $1", SqlType.Int);

    private static readonly Statement ByName = new($"SELECT id, {Written} FROM users WHERE normalized_username = $1", SqlType.Text);

    private static readonly Statement Add = new(
        $"""
        INSERT INTO users ({Written}, normalized_username, normalized_email)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) ON CONFLICT DO NOTHING RETURNING id
        """,
        SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Bool, SqlType.Time,
        SqlType.Time, SqlType.Int, SqlType.Int, SqlType.Time, SqlType.Bool, SqlType.Long, SqlType.Text, SqlType.Text);

    private static readonly Statement Rival = new(
        """
        SELECT (SELECT id FROM users WHERE normalized_username = $1 AND password_hash = $2), EXISTS (SELECT 1 FROM users WHERE normalized_username = $1)
        """,
        SqlType.Text, SqlType.Text);

    private static readonly Statement LoggedIn = new("UPDATE users SET last_login = $2, failed_attempts = 0, locked_until = NULL WHERE id = $1", SqlType.Int, SqlType.Time);

    private static readonly Statement OpenSession = new(
        """
        INSERT INTO sessions (id, user_id, token_hash, created_at, last_used_at, expires_at, ip_address, user_agent)
        VALUES ($1, $2, $3, $4, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING
        """,
        SqlType.Text, SqlType.Int, SqlType.Bytes, SqlType.Long, SqlType.Long, SqlType.Text, SqlType.Text);

    private static readonly Statement AdminExists = new("SELECT 1 FROM users WHERE role = $1 LIMIT 1", SqlType.Text);

    private readonly Statement names = new($"SELECT id, username, first_name, last_name, specialization FROM users WHERE {dialect.AnyOf("id", "$1")}", SqlType.Ints);

    public Task<User?> FindAsync(UserId id, CancellationToken ct) => readers.FirstAsync(ById, Read, [id.Value], ct);

    public Task<User?> FindByUsernameAsync(string username, CancellationToken ct) => readers.FirstAsync(ByName, Read, [User.Normalize(username)], ct);

    public async Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(User user, Func<UserId, Change> change, CancellationToken ct)
    {
        var (normalized, values) = (User.Normalize(user.Username), Values(user));
        var added = await writer.AppendAsync(
            session =>
            {
                var id = session.First(Add, row => row.GetInt32(0), values);
                if (id == 0) return WhyNot(session, normalized, user);
                append.Append(session, [change(new(id))]);
                return (AddUserOutcome.Added, new UserId(id));
            },
            ct);
        if (added.Item1 == AddUserOutcome.Added) appended.Raise();
        return added;
    }

    public async Task RecordLoginAsync(UserId id, DateTimeOffset at, Session session, Change login, CancellationToken ct)
    {
        await writer.AppendAsync(
            connection =>
            {
                connection.Execute(LoggedIn, id.Value, at);
                connection.Execute(
                    OpenSession, session.Id, session.UserId.Value, session.TokenHash, session.CreatedAt.ToUnixTimeMilliseconds(),
                    session.ExpiresAt.ToUnixTimeMilliseconds(), session.IpAddress, session.UserAgent);
                return append.Append(connection, [login]);
            },
            ct);
        appended.Raise();
    }

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

    public Task<bool> AnyAdminAsync(CancellationToken ct) => readers.FirstAsync(AdminExists, _ => true, [Role.Admin.Wire()], ct);

    // A salted hash never occurs twice: a row with this very one was written by the attempt before.
    private static (AddUserOutcome, UserId) WhyNot(DbSession session, string normalized, User user)
    {
        var (mine, nameTaken) = session.First(Rival, row => (row.Int(0), row.GetBoolean(1)), normalized, user.PasswordHash);
        if (session.MayHaveCommitted && mine is { } id) return (AddUserOutcome.Added, new(id));
        return (nameTaken ? AddUserOutcome.UsernameTaken : AddUserOutcome.EmailTaken, default);
    }

    private static object?[] Values(User user) =>
    [
        user.Username, user.Email, user.PasswordHash, user.Role.Wire(), user.FirstName, user.LastName, user.Phone, user.Specialization,
        user.LicenseNumber, user.IsActive, user.CreatedAt, user.LastLogin, user.Epoch, user.FailedAttempts, user.LockedUntil,
        user.MustChangePassword, user.Version, User.Normalize(user.Username), User.Normalize(user.Email),
    ];

    private User Read(DbDataReader row) => new()
    {
        Id = new(row.GetInt32(0)),
        Username = row.GetString(1),
        Email = row.GetString(2),
        PasswordHash = row.GetString(3),
        Role = AuditNames.Parse<Role>(row.GetString(4)) ?? throw new InvalidDataException("A stored role is none of the three."),
        FirstName = row.Text(5),
        LastName = row.Text(6),
        Phone = row.Text(7),
        Specialization = row.Text(8),
        LicenseNumber = row.Text(9),
        IsActive = row.GetBoolean(10),
        CreatedAt = dialect.Time(row, 11),
        LastLogin = row.IsDBNull(12) ? null : dialect.Time(row, 12),
        Epoch = row.GetInt32(13),
        FailedAttempts = row.GetInt32(14),
        LockedUntil = row.IsDBNull(15) ? null : dialect.Time(row, 15),
        MustChangePassword = row.GetBoolean(16),
        Version = row.GetInt64(17),
    };
}
