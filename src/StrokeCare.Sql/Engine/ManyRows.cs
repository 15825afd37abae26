using System.Globalization;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// Many rows as one statement of PostgreSQL, each of its parameters the array of one column. A batch of as many statements
/// takes half as long again.
/// </summary>
internal static class ManyRows
{
    /// <summary>
    /// As <see cref="Dialect.Then"/>, of a <paramref name="write"/> as <see cref="Statement.OfGiven"/> has it, which takes the first
    /// <paramref name="own"/> values of each row: for the rows that it wrote, those behind go into <paramref name="target"/>.
    /// </summary>
    public static Statement Of(string write, int own, string target, SqlType[] types)
    {
        var arrays = string.Join(", ", types.Select((type, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}::{Named(type)}[]")));
        return new(
            $"""
            WITH given AS (SELECT * FROM unnest({arrays}) WITH ORDINALITY AS given({Dialect.Numbers(1, types.Length, "c")}, place)),
                written(key) AS ({write}),
                followed AS (INSERT INTO {target} SELECT {Dialect.Numbers(own + 1, types.Length - own, "c")} FROM given JOIN written ON key = c1 ORDER BY place)
            SELECT place FROM given JOIN written ON key = c1
            """,
            Array.ConvertAll(types, ArrayOf));
    }

    /// <summary>Each row has a key of its own, its first value: by that the written are told from the others.</summary>
    public static bool AreApart(IReadOnlyList<object?[]> rows) => rows.Select(row => row[0]).Distinct().Count() == rows.Count;

    public static object?[] Columns(Statement many, IReadOnlyList<object?[]> rows) => [.. many.Parameters.Select((type, i) => (object)(type switch
    {
        SqlType.Texts => Column<string>(rows, i),
        SqlType.Ints => Nullable<int>(rows, i),
        SqlType.Longs => Nullable<long>(rows, i),
        SqlType.Reals => Nullable<double>(rows, i),
        SqlType.Bools => Nullable<bool>(rows, i),
        SqlType.Dates => Nullable<DateOnly>(rows, i),
        _ => throw Unfit(type),
    }))];

    private static T?[] Column<T>(IReadOnlyList<object?[]> rows, int i)
        where T : class => [.. rows.Select(row => (T?)row[i])];

    private static T?[] Nullable<T>(IReadOnlyList<object?[]> rows, int i)
        where T : struct => [.. rows.Select(row => (T?)row[i])];

    private static SqlType ArrayOf(SqlType type) => type switch
    {
        SqlType.Text => SqlType.Texts,
        SqlType.Int => SqlType.Ints,
        SqlType.Long => SqlType.Longs,
        SqlType.Real => SqlType.Reals,
        SqlType.Bool => SqlType.Bools,
        SqlType.Date => SqlType.Dates,
        _ => throw Unfit(type),
    };

    private static string Named(SqlType type) => type switch
    {
        SqlType.Text => "text",
        SqlType.Int => "integer",
        SqlType.Long => "bigint",
        SqlType.Real => "double precision",
        SqlType.Bool => "boolean",
        SqlType.Date => "date",
        _ => throw Unfit(type),
    };

    private static ArgumentOutOfRangeException Unfit(SqlType type) => new(nameof(type), type, "No column of many rows has it.");
}
