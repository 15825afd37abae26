using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Accounts;

/// <summary>The list queries of accounts, one statement per combination of filters; each is served by one of the partial indexes.</summary>
internal sealed class UserLists(Dialect dialect)
{
    private static readonly (string Condition, SqlType Type)[] Parts = [("role =", SqlType.Text), ("is_active =", SqlType.Bool), ("id <", SqlType.Int)];

    private readonly Statement[] statements = [.. Enumerable.Range(0, 1 << Parts.Length).Select(which => Build(dialect, which))];

    public (Statement Statement, object?[] Values) For(UserFilter filter)
    {
        object?[] given = [filter.Role?.Wire(), filter.IsActive, filter.Before?.Value];
        var which = 0;
        List<object?> values = [];
        for (var i = 0; i < given.Length; i++)
        {
            if (given[i] is not { } value) continue;
            which |= 1 << i;
            values.Add(value);
        }

        values.Add(filter.Limit);
        return (statements[which], [.. values]);
    }

    private static Statement Build(Dialect dialect, int which)
    {
        List<string> conditions = ["reserved_by IS NULL"];
        List<SqlType> types = [];
        var table = dialect.By("users", "idx_users_current" + ((which & 1) == 0 ? "" : "_role") + ((which & 2) == 0 ? "" : "_active"));
        for (var i = 0; i < Parts.Length; i++)
        {
            if ((which & 1 << i) == 0) continue;
            types.Add(Parts[i].Type);
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"{Parts[i].Condition} ${types.Count}"));
        }

        types.Add(SqlType.Int);
        return new(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {UserColumns.Names} FROM {table} WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT ${types.Count}"),
            [.. types]);
    }
}
