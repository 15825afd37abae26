using System.Globalization;
using StrokeCare.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Audit;

/// <summary>
/// A filter as SQL. The inner query finds the numbers of one page inside an index; only those rows are then fetched,
/// however many the filter passes over.
/// </summary>
internal sealed record LogQuery(string Sql, SqlType[] Types, object?[] Values)
{
    public static LogQuery Of(LogFilter filter)
    {
        List<string> conditions = [];
        List<SqlType> types = [];
        List<object?> values = [];
        Where("event_type =", SqlType.Text, filter.EventType);
        Where("user_id =", SqlType.Int, filter.UserId);
        Where("severity =", SqlType.Text, filter.Severity);
        Where("status =", SqlType.Text, filter.Status);
        Where("created_at >=", SqlType.Time, filter.From);
        Where("created_at <", SqlType.Time, filter.To);
        Where("entity_type =", SqlType.Text, filter.EntityType?.Wire());
        Where("entity_id =", SqlType.Text, filter.EntityId);
        Where("seq <", SqlType.Long, filter.BeforeSeq);
        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)} ";
        var page = $"SELECT seq FROM security_logs {where}ORDER BY seq DESC LIMIT {Next(SqlType.Int, filter.Limit)} OFFSET {Next(SqlType.Int, filter.Skip)}";
        return new($"SELECT {LogColumns.All} FROM security_logs WHERE seq IN ({page}) ORDER BY seq DESC", [.. types], [.. values]);

        void Where(string condition, SqlType type, object? value)
        {
            if (value is not null) conditions.Add($"{condition} {Next(type, value)}");
        }

        string Next(SqlType type, object value)
        {
            types.Add(type);
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }
}
