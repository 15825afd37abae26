using System.Globalization;

namespace StrokeCare.Sql.Engine;

/// <summary>What an UPDATE sets, from the columns of a row in the order of its values.</summary>
internal static class Assignments
{
    public static string Of((string Name, SqlType Type)[] columns, string[] butNot) => string.Join(", ", columns
        .Select((column, i) => (column.Name, Number: i + 1))
        .Where(column => !butNot.Contains(column.Name))
        .Select(column => string.Create(CultureInfo.InvariantCulture, $"{column.Name} = ${column.Number}")));
}
