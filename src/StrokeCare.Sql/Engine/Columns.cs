using System.Data.Common;

namespace StrokeCare.Sql.Engine;

/// <summary>Columns that may be null.</summary>
internal static class Columns
{
    public static string? Text(this DbDataReader row, int i) => row.IsDBNull(i) ? null : row.GetString(i);

    public static int? Int(this DbDataReader row, int i) => row.IsDBNull(i) ? null : row.GetInt32(i);

    public static long? Long(this DbDataReader row, int i) => row.IsDBNull(i) ? null : row.GetInt64(i);

    public static double? Real(this DbDataReader row, int i) => row.IsDBNull(i) ? null : row.GetDouble(i);

    public static bool? Bool(this DbDataReader row, int i) => row.IsDBNull(i) ? null : row.GetBoolean(i);

    public static DateOnly? Date(this DbDataReader row, int i) => row.IsDBNull(i) ? null : row.GetFieldValue<DateOnly>(i);

    /// <summary>A column of Unix milliseconds.</summary>
    public static DateTimeOffset Milliseconds(this DbDataReader row, int i) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(i));

    public static DateTimeOffset? MillisecondsOrNull(this DbDataReader row, int i) => row.IsDBNull(i) ? null : row.Milliseconds(i);
}
