using MongoDB.Bson;

namespace MongoGateway;

/// <summary>What a server of the version that the gateway says it is refuses, and the engine lets pass.</summary>
internal static class Refusals
{
    /// <summary>update takes a sort from version 8.0 on.</summary>
    public static void EnsureNoSort(Request request)
    {
        if (request.Name != "update")
            return;
        foreach (var update in Updates(request))
        {
            if (Has(update.Span, "sort"u8))
                throw new CommandFailure(EngineErrors.UnknownField, "BSON field 'update.updates.sort' is an unknown field.");
        }
    }

    /// <summary>What writes cannot be linearizable.</summary>
    public static void EnsureNoLinearizableWrite(Request request)
    {
        if (!request.HasReadConcern || request.Document()["readConcern"].AsBsonDocument.GetValue("level", "") != "linearizable")
            return;
        if (request.Document()["pipeline"] is BsonArray { Count: > 0 } pipeline && pipeline[^1].AsBsonDocument.GetElement(0).Name is "$out" or "$merge")
            throw new CommandFailure(EngineErrors.InvalidOptions, "Readconcern linearizable is not compatible with an $out or $merge stage");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Updates(Request request) => request.Sequence.IsEmpty
        ? request.Document().GetValue("updates", new BsonArray()).AsBsonArray.Select(update => (ReadOnlyMemory<byte>)update.ToBson())
        : Sequences.Split(request.Sequence);

    private static bool Has(ReadOnlySpan<byte> document, ReadOnlySpan<byte> name)
    {
        var scanner = new BsonScanner(document);
        while (scanner.Next())
        {
            if (scanner.Name.SequenceEqual(name))
                return true;
        }
        return false;
    }
}
