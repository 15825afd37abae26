using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>
/// explain of find, aggregate, count and distinct: the engine's plan of the same query, run under EXPLAIN ANALYZE, in MongoDB's words.
/// The collection's statistics are brought up to date first, as the engine's autovacuum does within seconds of any large change; before that
/// its plans are guesses, and so would be a test that asks for one.
/// Approximate in three ways. The plan is of the whole result (a page with a limit is exact; a large unlimited cursor may be planned differently).
/// "Examined" is rows: what a scan returned plus what its filter or recheck threw away; keys are those an ordered index walked, or what the scan returned.
/// A bitmap scan over the primary key that only names the collection is what the engine does for want of an index, hence COLLSCAN.
/// </summary>
internal sealed class Explain(Engine engine)
{
    public async Task<Reply> RunAsync(Request request)
    {
        var command = request.Document()[0].AsBsonDocument;
        await AnalyzeAsync(request.Database, command[0].AsString);
        var json = await engine.TextAsync(Sql(command.GetElement(0).Name), request.Database, command.ToBson());
        using var parsed = JsonDocument.Parse(json);
        var plan = new PlanReader(parsed.RootElement[0].GetProperty("Plan"));
        return Reply.Of(new BsonDocument
        {
            { "explainVersion", "1" },
            {
                "queryPlanner", new BsonDocument
                {
                    { "namespace", $"{request.Database}.{command[0]}" },
                    { "winningPlan", plan.Stages() },
                    { "rejectedPlans", new BsonArray() },
                }
            },
            {
                "executionStats", new BsonDocument
                {
                    { "executionSuccess", true },
                    { "nReturned", plan.Returned },
                    { "executionTimeMillis", (int)parsed.RootElement[0].GetProperty("Execution Time").GetDouble() },
                    { "totalKeysExamined", plan.KeysExamined },
                    { "totalDocsExamined", plan.DocumentsExamined },
                }
            },
            { "enginePlan", BsonSerializer.Deserialize<BsonArray>(json) },
            { "ok", 1.0 },
        });
    }

    private async Task AnalyzeAsync(string database, string collection)
    {
        var table = await engine.TextAsync(
            "SELECT 'documentdb_data.documents_' || collection_id FROM documentdb_api_catalog.collections WHERE database_name = $1 AND collection_name = $2",
            database, collection);
        if (table.Length > 0)
            await engine.ExecuteAsync("ANALYZE " + table);
    }

    private static string Sql(string command) => command switch
    {
        "find" => "EXPLAIN (ANALYZE, FORMAT JSON) SELECT document FROM documentdb_api_catalog.bson_aggregation_find($1, $2::documentdb_core.bson)",
        "aggregate" => "EXPLAIN (ANALYZE, FORMAT JSON) SELECT document FROM documentdb_api_catalog.bson_aggregation_pipeline($1, $2::documentdb_core.bson)",
        "count" => "EXPLAIN (ANALYZE, FORMAT JSON) SELECT document FROM documentdb_api_catalog.bson_aggregation_count($1, $2::documentdb_core.bson)",
        "distinct" => "EXPLAIN (ANALYZE, FORMAT JSON) SELECT document FROM documentdb_api_catalog.bson_aggregation_distinct($1, $2::documentdb_core.bson)",
        _ => throw new CommandFailure(EngineErrors.CommandNotFound, $"explain of '{command}' is not supported"),
    };
}
