using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Accounts;

/// <summary>The list queries of accounts, one statement per combination of filters; each is a stretch of the partial index of its filter.</summary>
internal sealed class UserLists(Dialect dialect)
{
    private readonly Statement[] statements = [.. Enumerable.Range(0, 4).Select(which => Build(dialect, (which & 1) != 0, (which & 2) != 0))];

    public (Statement Statement, object?[] Values) For(UserFilter filter)
    {
        List<object?> values = [];
        if (filter.Role is { } role) values.Add(role.Wire());
        if (filter.IsActive is { } active) values.Add(active);
        values.Add(filter.Before?.Value ?? int.MaxValue);
        values.Add(filter.Limit);
        return (statements[(filter.Role is null ? 0 : 1) | (filter.IsActive is null ? 0 : 2)], [.. values]);
    }

    private static Statement Build(Dialect dialect, bool byRole, bool byActivity)
    {
        var table = dialect.By("users", "idx_users_current" + (byRole ? "_role" : "") + (byActivity ? "_active" : ""));
        string[] columns = [.. byRole ? ["role"] : Array.Empty<string>(), .. byActivity ? ["is_active"] : Array.Empty<string>(), "id"];
        SqlType[] types = [.. byRole ? [SqlType.Text] : Array.Empty<SqlType>(), .. byActivity ? [SqlType.Bool] : Array.Empty<SqlType>(), SqlType.Int, SqlType.Int];
        var where = "reserved_by IS NULL AND " + dialect.Below(columns);
        var order = string.Join(", ", columns.Select(column => column + " DESC"));
        return new(string.Create(CultureInfo.InvariantCulture, $"SELECT {UserColumns.Names} FROM {table} WHERE {where} ORDER BY {order} LIMIT ${types.Length}"), types);
    }
}
