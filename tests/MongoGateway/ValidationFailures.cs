using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>A document that its collection's validator refuses: the engine says that; which document and by what rule is told beside it, as a MongoDB server does.</summary>
internal sealed class ValidationFailures(Engine engine)
{
    /// <summary>Of a findAndModify.</summary>
    public Task<BsonDocument> DescribeAsync(Request request)
    {
        var command = request.Document();
        return DescribeAsync(request, command.GetValue("query", new BsonDocument()).AsBsonDocument, command.GetValue("sort", new BsonDocument()).AsBsonDocument);
    }

    /// <summary>Of the statement at this place of an insert or an update.</summary>
    public Task<BsonDocument> DescribeAsync(Request request, int index)
    {
        var statement = request.Sequence.IsEmpty
            ? request.Document()[request.Name == "insert" ? "documents" : "updates"][index].AsBsonDocument
            : BsonSerializer.Deserialize<BsonDocument>(Sequences.Split(request.Sequence).ElementAt(index).ToArray());
        return request.Name == "insert" ? ToldAsync(request, statement["_id"]) : DescribeAsync(request, statement["q"].AsBsonDocument, []);
    }

    /// <summary>The document is the one that the write found; of an upsert that found none nobody knows it.</summary>
    private async Task<BsonDocument> DescribeAsync(Request request, BsonDocument filter, BsonDocument sort)
    {
        var find = new BsonDocument { { "find", request.Collection }, { "filter", filter }, { "sort", sort, sort.ElementCount > 0 }, { "projection", new BsonDocument("_id", 1) }, { "limit", 1 } };
        var row = await engine.CallAsync(default,
            "WITH found AS MATERIALIZED (SELECT document FROM documentdb_api_catalog.bson_aggregation_find($1, $2::documentdb_core.bson)) SELECT document::bytea, NULL::bytea, true, 0::bigint FROM found",
            0, request.Database, new ReadOnlyMemory<byte>(find.ToBson()));
        return await ToldAsync(request, row.Document is { } found ? BsonSerializer.Deserialize<BsonDocument>(found)["_id"] : BsonNull.Value);
    }

    private async Task<BsonDocument> ToldAsync(Request request, BsonValue id)
    {
        var row = await engine.CallAsync(default,
            "SELECT validator::bytea, NULL::bytea, true, 0::bigint FROM documentdb_api_catalog.collections WHERE database_name = $1 AND collection_name = $2",
            0, request.Database, request.Collection!);
        var rule = row.Document is { } validator ? BsonSerializer.Deserialize<BsonDocument>(validator) : [];
        return new BsonDocument { { "failingDocumentId", id }, { "details", new BsonDocument("specifiedAs", rule) } };
    }
}
