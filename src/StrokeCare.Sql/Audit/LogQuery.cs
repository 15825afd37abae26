using System.Globalization;
using StrokeCare.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Audit;

/// <summary>
/// A filter as SQL. The inner query finds the numbers of one page inside one index that covers it; only those rows are
/// then fetched, however many the filter passes over.
/// </summary>
internal sealed record LogQuery(string Sql, SqlType[] Types, object?[] Values)
{
    public static LogQuery Of(LogFilter filter, Dialect dialect)
    {
        List<string> conditions = [];
        List<SqlType> types = [];
        List<object?> values = [];
        var led = false;
        if (filter.AboutPatient is { } patient)
        {
            Where($"{dialect.AboutPatient} =", SqlType.Text, patient.ToString());
            // As in the condition of its index.
            conditions.Add("entity_id IS NOT NULL");
            led = true;
        }

        Equality("entity_id", SqlType.Text, filter.EntityId);
        if (filter.EntityType is { } entity) conditions.Add($"entity_type = {Next(SqlType.Text, entity.Wire())}");
        // In the order of 0002-log-filters.sql: each index carries the columns of those after its own.
        Equality("user_id", SqlType.Int, filter.UserId);
        Equality("event_type", SqlType.Text, filter.EventType);
        Equality("severity", SqlType.Text, filter.Severity);
        Equality("status", SqlType.Text, filter.Status);
        Where("created_at >=", SqlType.Time, filter.From);
        Where("created_at <", SqlType.Time, filter.To);
        Where("seq <", SqlType.Long, filter.BeforeSeq);
        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)} ";
        var page = $"SELECT seq FROM security_logs {where}ORDER BY seq DESC LIMIT {Next(SqlType.Int, filter.Limit)} OFFSET {Next(SqlType.Int, filter.Skip)}";
        return new($"SELECT {LogColumns.All} FROM security_logs WHERE {dialect.OneOf("seq", page)} ORDER BY seq DESC", [.. types], [.. values]);

        // The first given leads. As an expression the others can choose no index, which would not hold the rest of the filter.
        void Equality(string column, SqlType type, object? value)
        {
            Where(!led ? $"{column} =" : type == SqlType.Int ? $"{column} + 0 =" : $"{column} || '' =", type, value);
            led |= value is not null;
        }

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
