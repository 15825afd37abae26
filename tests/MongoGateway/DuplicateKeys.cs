using System.Buffers.Binary;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using Npgsql;

namespace MongoGateway;

/// <summary>A duplicate key told as MongoDB tells it: its message, and keyPattern and keyValue as far as they can be known.</summary>
internal sealed class DuplicateKeys(IndexCatalog indexes)
{
    /// <summary>The failure of a whole command.</summary>
    public async Task<CommandFailure> ExplainAsync(Request request, PostgresException error)
    {
        var failure = EngineErrors.Translate(error);
        if (failure.Code != EngineErrors.DuplicateKey || request.Collection is null)
            return failure;
        var details = new BsonDocument();
        var index = IndexNamed(failure.Message) ?? await indexes.NameOfAsync(error.ConstraintName) ?? "_id_";
        var message = await DescribeAsync(request, index, Refused(error.Detail), details);
        return new CommandFailure(failure.Code, message) { Details = details };
    }

    /// <summary>An entry of writeErrors: answers its message and adds to it what is known of the key.</summary>
    public Task<string> DescribeAsync(Request request, BsonDocument error) =>
        DescribeAsync(request, IndexNamed(error["errmsg"].AsString) ?? "_id_", Inserted(request, error["index"].ToInt32()), error);

    private async Task<string> DescribeAsync(Request request, string index, BsonDocument? document, BsonDocument details)
    {
        var message = $"E11000 duplicate key error collection: {request.Database}.{request.Collection} index: {index}";
        if (await KeyOfAsync(request, index) is not { } key)
            return message;
        details["keyPattern"] = key;
        if (document is null)
            return message;
        var value = new BsonDocument(key.Names.Select(name => new BsonElement(name, ValueAt(document, name))));
        details["keyValue"] = value;
        return $"{message} dup key: {value.ToJson()}";
    }

    /// <summary>The engine names the index in quotes; PostgreSQL's own message does not.</summary>
    private static string? IndexNamed(string engineMessage)
    {
        var open = engineMessage.IndexOf('\'', StringComparison.Ordinal);
        var close = engineMessage.LastIndexOf('\'');
        return close > open && open >= 0 ? engineMessage[(open + 1)..close] : null;
    }

    private async Task<BsonDocument?> KeyOfAsync(Request request, string index) => index == "_id_"
        ? new BsonDocument("_id", 1)
        : (await indexes.ListAsync(request.Database, request.Collection!)).FirstOrDefault(item => item["name"] == index)?["key"].AsBsonDocument;

    /// <summary>The document of an insert that failed; null for updates, whose resulting values only the engine knows.</summary>
    private static BsonDocument? Inserted(Request request, int index)
    {
        if (request.Name != "insert")
            return null;
        if (request.Sequence.IsEmpty)
            return request.Document()["documents"][index].AsBsonDocument;
        var rest = request.Sequence;
        for (; index > 0; index--)
            rest = rest[BinaryPrimitives.ReadInt32LittleEndian(rest.Span)..];
        return BsonSerializer.Deserialize<BsonDocument>(rest[..BinaryPrimitives.ReadInt32LittleEndian(rest.Span)].ToArray());
    }

    /// <summary>The document that was to be written: a violated exclusion constraint names it in hex, in "Key (document, …)=(BSONHEX…, …".</summary>
    private static BsonDocument? Refused(string? detail)
    {
        const string mark = ")=(BSONHEX";
        var start = detail?.IndexOf(mark, StringComparison.Ordinal) ?? -1;
        if (start < 0)
            return null;
        var hex = detail!.AsSpan(start + mark.Length);
        return BsonSerializer.Deserialize<BsonDocument>(Convert.FromHexString(hex[..hex.IndexOf(',')]));
    }

    private static BsonValue ValueAt(BsonDocument document, string path)
    {
        BsonValue value = document;
        foreach (var name in path.Split('.'))
            value = value is BsonDocument inner && inner.TryGetValue(name, out var next) ? next : BsonNull.Value;
        return value;
    }
}
