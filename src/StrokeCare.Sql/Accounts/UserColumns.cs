using System.Data.Common;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Accounts;

/// <summary>An account as columns, in one order for writing and reading.</summary>
internal static class UserColumns
{
    public const string Names = "id, " + Written;

    private const string Written =
        "username, email, password_hash, role, first_name, last_name, phone, specialization, license_number, is_active, created_at, last_login, " +
        "epoch, failed_attempts, locked_until, must_change_password, version, password_changed_at, reserved_by";

    /// <summary>Answers the id it has given, or no row: somebody has the name, the address or the reservation.</summary>
    public static readonly Statement Insert = new(
        $"""
        INSERT INTO users ({Written}, normalized_username, normalized_email)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING RETURNING id
        """,
        SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Bool, SqlType.Time,
        SqlType.Time, SqlType.Int, SqlType.Int, SqlType.Time, SqlType.Bool, SqlType.Long, SqlType.Time, SqlType.Text, SqlType.Text, SqlType.Text);

    /// <summary>The values of <see cref="Insert"/>.</summary>
    public static object?[] Values(User user) =>
    [
        user.Username, user.Email, user.PasswordHash, user.Role.Wire(), user.FirstName, user.LastName, user.Phone, user.Specialization,
        user.LicenseNumber, user.IsActive, user.CreatedAt, user.LastLogin, user.Epoch, user.FailedAttempts, user.LockedUntil,
        user.MustChangePassword, user.Version, user.PasswordChangedAt, user.ReservedBy, User.Normalize(user.Username), User.Normalize(user.Email),
    ];

    public static User Read(DbDataReader row, Dialect dialect) => new()
    {
        Id = new(row.GetInt32(0)),
        Username = row.GetString(1),
        Email = row.GetString(2),
        PasswordHash = row.GetString(3),
        Role = RoleOf(row.GetString(4)),
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
        PasswordChangedAt = dialect.Time(row, 18),
        ReservedBy = row.Text(19),
    };

    public static Role RoleOf(string wire) => AuditNames.Parse<Role>(wire) ?? throw new InvalidDataException("A stored role is none of the three.");
}
