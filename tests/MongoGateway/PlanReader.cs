using System.Text.Json;
using MongoDB.Bson;

namespace MongoGateway;

/// <summary>Reads a PostgreSQL plan in JSON into MongoDB's stages and counts.</summary>
internal sealed class PlanReader
{
    private readonly JsonElement _root;
    private long _keys;
    private long _walked;

    public PlanReader(JsonElement root)
    {
        _root = root;
        Count(root);
    }

    public long Returned => Rows(_root);

    public long KeysExamined => Math.Max(_keys, _walked);

    public long DocumentsExamined { get; private set; }

    public BsonDocument Stages() => Stage(_root) ?? new BsonDocument("stage", "EOF");

    private static BsonDocument? Stage(JsonElement node)
    {
        var inputs = Children(node).Select(Stage).OfType<BsonDocument>().ToList();
        switch (node.GetProperty("Node Type").GetString())
        {
            case "Index Scan" or "Index Only Scan" or "Bitmap Index Scan":
                return IsWholeCollection(node)
                    ? new BsonDocument { { "stage", "COLLSCAN" }, { "direction", "forward" } }
                    : new BsonDocument { { "stage", "IXSCAN" }, { "indexName", node.GetProperty("Index Name").GetString() } };
            case "Seq Scan":
                return new BsonDocument { { "stage", "COLLSCAN" }, { "direction", "forward" } };
            case "Sort" or "Incremental Sort":
                return Wrap("SORT", inputs);
            case "Limit":
                return Wrap("LIMIT", inputs);
            case "Bitmap Heap Scan" when inputs is not [{ } only] || only["stage"] != "COLLSCAN":
                return Wrap("FETCH", inputs);
            case "Aggregate":
                return Wrap("GROUP", inputs);
            default:
                // The engine's own wrappers and PostgreSQL's plumbing have no counterpart; joins and unions keep all their inputs.
                return inputs.Count > 1 ? Wrap("OR", inputs) : inputs.FirstOrDefault();
        }
    }

    private static BsonDocument Wrap(string stage, List<BsonDocument> inputs) => inputs switch
    {
        [] => new BsonDocument("stage", stage),
        [var only] => new BsonDocument { { "stage", stage }, { "inputStage", only } },
        _ => new BsonDocument { { "stage", stage }, { "inputStages", new BsonArray(inputs) } },
    };

    private void Count(JsonElement node)
    {
        switch (node.GetProperty("Node Type").GetString())
        {
            case "Index Scan" or "Index Only Scan":
                DocumentsExamined += Examined(node);
                if (!IsWholeCollection(node))
                    _keys += Examined(node);
                break;
            case "Bitmap Index Scan":
                if (!IsWholeCollection(node))
                    _keys += Rows(node);
                break;
            case "Custom Scan":
                _walked += Walked(node);
                break;
            case "Bitmap Heap Scan" or "Seq Scan":
                DocumentsExamined += Examined(node);
                break;
        }
        foreach (var child in Children(node))
            Count(child);
    }

    /// <summary>
    /// The primary key's first column is the collection itself: a scan without a condition on the id narrows nothing.
    /// One that filters nothing out either is a walk in the order of the ids, and counts as use of the index.
    /// </summary>
    private static bool IsWholeCollection(JsonElement node) =>
        node.GetProperty("Index Name").GetString() == "_id_"
        && node.TryGetProperty("Index Cond", out var condition)
        && !condition.GetString()!.Contains("object_id", StringComparison.Ordinal)
        && (node.TryGetProperty("Filter", out _) || node.GetProperty("Node Type").ValueEquals("Bitmap Index Scan"));

    /// <summary>The keys an ordered index walked over, those it passed by included; the scan below it tells only what it let through.</summary>
    private static long Walked(JsonElement node) => node.TryGetProperty("IndexDetails", out var indexes)
        ? indexes.EnumerateArray().Sum(index => index.TryGetProperty("innerScanLoops", out var loops) ? loops.GetInt64() : 0)
        : 0;

    private static long Examined(JsonElement node) =>
        Rows(node) + Removed(node, "Rows Removed by Filter") + Removed(node, "Rows Removed by Index Recheck");

    private static long Removed(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) ? (long)(value.GetDouble() * Loops(node)) : 0;

    private static long Rows(JsonElement node) =>
        node.TryGetProperty("Actual Rows", out var rows) ? (long)(rows.GetDouble() * Loops(node)) : 0;

    private static double Loops(JsonElement node) =>
        node.TryGetProperty("Actual Loops", out var loops) ? loops.GetDouble() : 1;

    private static JsonElement.ArrayEnumerator Children(JsonElement node) =>
        node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray() : default;
}
