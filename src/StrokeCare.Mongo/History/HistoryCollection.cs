using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.History;

/// <summary>The collection, its indexes, and the filters that its reads and writes share.</summary>
internal sealed class HistoryCollection(MongoConnection connection)
{
    public const string Name = "medical_history";

    /// <summary>The index of a page, to be named in its query: a planner left to itself may start with the dates below the page.</summary>
    public const string List = "list";

    private static readonly ProjectionDefinition<BsonDocument> StateOnly = Builders<BsonDocument>.Projection
        .Include(PendingFields.Version).Include(PendingFields.LastWrite).Include($"{PendingFields.Pending}.{PendingFields.Write}");

    public static IReadOnlyList<CreateIndexModel<BsonDocument>> Indexes { get; } =
    [
        new(Keys.Ascending(HistoryFields.PatientId).Descending(HistoryFields.RecordDate).Descending(HistoryFields.Id), new CreateIndexOptions { Name = List }),
        HistorySearches.Model,
        new(Keys.Ascending(HistoryFields.RecordedBy), new CreateIndexOptions { Name = "recorded_by" }),
        PendingFields.Index,
    ];

    public MongoConnection Connection => connection;

    public IMongoCollection<BsonDocument> Documents { get; } = connection.Database.GetCollection<BsonDocument>(Name);

    public EntityDocuments Entities => EntityDocuments.OfClinicalIds(EntityType.MedicalHistory, Documents);

    private static IndexKeysDefinitionBuilder<BsonDocument> Keys => Builders<BsonDocument>.IndexKeys;

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <summary>By the patient as well, which on a sharded cluster says where the entry is.</summary>
    public static FilterDefinition<BsonDocument> ById(HistoryEntry entry) =>
        Filter.Eq(HistoryFields.Id, entry.Id.Value.ObjectId()) & Filter.Eq(HistoryFields.PatientId, entry.PatientId.ToString());

    public async Task<StoredState?> StateAsync(HistoryEntry entry)
    {
        var found = await connection.ReadAsync(ct => Documents.Find(ById(entry)).Project(StateOnly).FirstOrDefaultAsync(ct), CancellationToken.None);
        return found is null ? null : new StoredState(found);
    }
}
