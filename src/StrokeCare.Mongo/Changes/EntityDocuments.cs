using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;

namespace StrokeCare.Mongo.Changes;

/// <summary>The documents of one kind of entity, as the log names them.</summary>
internal sealed record EntityDocuments(EntityType Type, IMongoCollection<BsonDocument> Documents)
{
    /// <summary>From <see cref="Change.EntityId"/> to <c>_id</c>; null for a text that is no id of this kind.</summary>
    public required Func<string?, BsonValue?> ReadId { get; init; }

    public required Func<BsonValue, string> WriteId { get; init; }

    /// <summary>The field that tells documents which only hold a place and never had a version.</summary>
    public required string Mark { get; init; }

    /// <summary>By that field.</summary>
    public required Func<BsonDocument, bool> HasVersions { get; init; }
}
