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

    /// <summary>The field that tells documents which only hold a place and never had a version; where there are none, the version itself.</summary>
    public string Mark { get; init; } = PendingFields.Version;

    /// <summary>By that field.</summary>
    public Func<BsonDocument, bool> HasVersions { get; init; } = _ => true;

    /// <summary>Entities whose ids are ours.</summary>
    public static EntityDocuments OfClinicalIds(EntityType type, IMongoCollection<BsonDocument> documents) => new(type, documents)
    {
        ReadId = text => ClinicalId.TryParse(text, out var id) ? id.ObjectId() : null,
        WriteId = id => id.AsObjectId.ClinicalId().ToString(),
    };
}
