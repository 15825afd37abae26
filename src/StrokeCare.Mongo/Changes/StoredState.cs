using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Mongo.Changes;

/// <summary>What a write has to know of a stored document when it did not simply succeed.</summary>
internal sealed record StoredState(BsonDocument Document)
{
    public long Version { get; } = Document.Whole(PendingFields.Version) ?? 0;

    public int PendingCount => Pending.Count;

    private BsonArray Pending => Document.TryGetValue(PendingFields.Pending, out var pending) && pending is BsonArray array ? array : [];

    /// <summary>Whether this very call wrote the document: as its last change, or as one still pending.</summary>
    public bool WasWrittenBy(ObjectId write) =>
        Document.GetValue(PendingFields.LastWrite, BsonNull.Value) == write
        || Pending.OfType<BsonDocument>().Any(change => change.GetValue(PendingFields.Write, BsonNull.Value) == write);
}

/// <summary>The condition under which a document takes a change.</summary>
internal static class VersionGuard
{
    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <summary>It is at this version, and not too many changes wait with it.</summary>
    public static FilterDefinition<BsonDocument> Of(BsonValue id, long version) =>
        Filter.Eq("_id", id) & VersionIs(version) & Filter.Exists($"{PendingFields.Pending}.{PendingFields.Most - 1}", exists: false);

    /// <summary>A document of an older system has no version, which counts as 0.</summary>
    private static FilterDefinition<BsonDocument> VersionIs(long version) => version == 0
        ? Filter.In(PendingFields.Version, new BsonValue[] { BsonNull.Value, 0 })
        : Filter.Eq(PendingFields.Version, version);
}
