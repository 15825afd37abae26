using System.Text.Json;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

/// <summary>What an engine says it will do, or has done, to answer a statement.</summary>
internal static class SqlPlans
{
    /// <summary>The plan's steps, or on PostgreSQL its lines.</summary>
    public static Task<List<string>> StepsAsync(SqlTestStore test, Statement statement, object?[] values) => test.Store.EngineName == "sqlite"
        ? AskAsync(test, "EXPLAIN QUERY PLAN ", statement, values, 3)
        : AskAsync(test, "EXPLAIN ", statement, values, 0);

    /// <summary>PostgreSQL's nodes after it has done it, the outermost first, and all of it as text.</summary>
    public static async Task<(List<JsonElement> Nodes, string Plan)> NodesAsync(SqlTestStore test, Statement statement, object?[] values)
    {
        var plan = string.Join('\n', await AskAsync(test, "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ", statement, values, 0));
        return (Flat(JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan")).ToList(), plan);
    }

    /// <summary>How many rows came out of it all.</summary>
    public static long Returned(IReadOnlyList<JsonElement> nodes) => Rows(nodes[0], "Actual Rows");

    public static long Examined(JsonElement node) => Rows(node, "Actual Rows") + Rows(node, "Rows Removed by Filter") + Rows(node, "Rows Removed by Index Recheck");

    public static long Rows(JsonElement node, string property) => node.TryGetProperty(property, out var rows) ? (long)rows.GetDouble() : 0;

    private static IEnumerable<JsonElement> Flat(JsonElement node) =>
        node.TryGetProperty("Plans", out var below) ? below.EnumerateArray().SelectMany(Flat).Prepend(node) : [node];

    private static Task<List<string>> AskAsync(SqlTestStore test, string explain, Statement statement, object?[] values, int column) =>
        test.Store.Readers.QueryAsync(new Statement(explain + statement.Sql, statement.Parameters), row => row.GetString(column), values, default);
}
