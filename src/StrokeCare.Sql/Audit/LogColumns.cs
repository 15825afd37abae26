using System.Data.Common;
using StrokeCare.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Audit;

/// <summary>A log row as columns, in one order for writing and reading. <c>id</c> is the table's own business.</summary>
internal static class LogColumns
{
    public const string All =
        "seq, change_id, event_type, event_description, user_id, username, user_role, target_user_id, target_username, ip_address, user_agent, " +
        "status, severity, additional_data, created_at, entity_type, entity_id, entity_version, form, prev_hash, hash";

    public static readonly Statement Insert = new(
        $"INSERT INTO security_logs ({All}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        SqlType.Long, SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Int, SqlType.Text, SqlType.Text, SqlType.Int, SqlType.Text, SqlType.Text, SqlType.Text,
        SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Time, SqlType.Text, SqlType.Text, SqlType.Long, SqlType.Int, SqlType.Text, SqlType.Text);

    public static object?[] Values(LogRow row) =>
    [
        row.Seq, row.ChangeId, row.EventType, row.EventDescription, row.UserId, row.Username, row.UserRole, row.TargetUserId, row.TargetUsername,
        row.IpAddress, row.UserAgent, row.Status, row.Severity, row.AdditionalData, row.CreatedAt, row.EntityType, row.EntityId, row.EntityVersion,
        row.Form, row.PrevHash, row.Hash,
    ];

    public static LogRow Read(DbDataReader row, Dialect dialect) => new()
    {
        Seq = row.GetInt64(0),
        ChangeId = row.GetString(1),
        EventType = row.GetString(2),
        EventDescription = row.GetString(3),
        UserId = row.Int(4),
        Username = row.Text(5),
        UserRole = row.Text(6),
        TargetUserId = row.Int(7),
        TargetUsername = row.Text(8),
        IpAddress = row.Text(9),
        UserAgent = row.Text(10),
        Status = row.GetString(11),
        Severity = row.GetString(12),
        AdditionalData = row.Text(13),
        CreatedAt = dialect.Time(row, 14),
        EntityType = row.Text(15),
        EntityId = row.Text(16),
        EntityVersion = row.Long(17),
        Form = row.GetInt32(18),
        PrevHash = row.GetString(19),
        Hash = row.GetString(20),
    };
}
