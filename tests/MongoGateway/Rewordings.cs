using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>What the engine gets wrong or does not know, asked of it in words that it gets right. A request without any of that stays encoded.</summary>
internal static class Rewordings
{
    /// <summary>
    /// A pipeline that replaces the root by a $setField of the root: the engine puts the document's _id before the new root's own and so leaves two.
    /// It is given a root without one.
    /// </summary>
    public static Request WithOneId(Request request)
    {
        if (!Contains(request.Body, "$setField"u8) && !Contains(request.Sequence, "$setField"u8))
            return request;
        var command = request.Document();
        foreach (var update in command.GetValue("updates", new BsonArray { command }).AsBsonArray)
            TakeIdOut(update.AsBsonDocument);
        var sequence = new List<byte>();
        foreach (var item in Sequences.Split(request.Sequence))
        {
            var update = BsonSerializer.Deserialize<BsonDocument>(item.ToArray());
            TakeIdOut(update);
            sequence.AddRange(update.ToBson());
        }
        return request with { Body = command.ToBson(), Sequence = sequence.ToArray() };
    }

    /// <summary>$listLocalSessions: the sessions are the gateway's, so the engine is given them as documents.</summary>
    public static Request WithSessions(Request request, Sessions sessions)
    {
        if (!Contains(request.Body, "$listLocalSessions"u8))
            return request;
        var command = request.Document();
        if (command["pipeline"] is not BsonArray { Count: > 0 } pipeline || pipeline[0].AsBsonDocument.GetElement(0).Name != "$listLocalSessions")
            return request;
        pipeline[0] = new BsonDocument("$documents", sessions.Describe(request.Session));
        return request with { Body = command.ToBson() };
    }

    private static void TakeIdOut(BsonDocument update)
    {
        var name = update.Contains("u") ? "u" : "update";
        if (!update.TryGetValue(name, out var given) || given is not BsonArray stages)
            return;
        foreach (var stage in stages.Select(stage => stage.AsBsonDocument))
        {
            var root = stage.GetElement(0) switch
            {
                { Name: "$replaceWith" } with => with.Value,
                { Name: "$replaceRoot" } replace => replace.Value["newRoot"],
                _ => null,
            };
            if (root is BsonDocument document && document.TryGetValue("$setField", out var set) && set["input"] == "$$ROOT")
                set["input"] = new BsonDocument("$unsetField", new BsonDocument { { "field", "_id" }, { "input", "$$ROOT" } });
        }
    }

    private static bool Contains(ReadOnlyMemory<byte> encoded, ReadOnlySpan<byte> name) => encoded.Span.IndexOf(name) >= 0;
}
