using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Patients;

/// <summary>What a write has to know of a stored record when it did not simply succeed.</summary>
internal sealed record StoredState(BsonDocument Document)
{
    public long Version { get; } = Document.Whole(PatientFields.Version) ?? 0;

    public int PendingCount => Pending.Count;

    private BsonArray Pending => Document.TryGetValue(PendingFields.Pending, out var pending) && pending is BsonArray array ? array : [];

    /// <summary>Whether this very call wrote the record: as its last change, or as one still pending.</summary>
    public bool WasWrittenBy(ObjectId write) =>
        Document.GetValue(PendingFields.LastWrite, BsonNull.Value) == write
        || Pending.OfType<BsonDocument>().Any(change => change.GetValue(PendingFields.Write, BsonNull.Value) == write);
}

/// <summary>The collection and the few reads that its writers share.</summary>
internal sealed class PatientCollection(MongoConnection connection)
{
    public const string Name = "patients";

    private static readonly ProjectionDefinition<BsonDocument> StateOnly = Builders<BsonDocument>.Projection
        .Include(PatientFields.Version).Include(PatientFields.Mrn).Include(PatientFields.UserId).Include(PatientFields.SourceKey)
        .Include(PatientFields.FormerMrns).Include(PendingFields.LastWrite).Include($"{PendingFields.Pending}.{PendingFields.Write}");

    public MongoConnection Connection => connection;

    public IMongoCollection<BsonDocument> Documents { get; } = connection.Database.GetCollection<BsonDocument>(Name);

    public async Task<StoredState?> StateAsync(ObjectId id) => (await StatesAsync([id])).GetValueOrDefault(id);

    public async Task<Dictionary<ObjectId, StoredState>> StatesAsync(IReadOnlyCollection<ObjectId> ids)
    {
        if (ids.Count == 0) return [];
        var found = await connection.ReadAsync(
            ct => Documents.Find(Builders<BsonDocument>.Filter.In(PatientFields.Id, ids)).Project(StateOnly).ToListAsync(ct),
            CancellationToken.None);
        return found.ToDictionary(d => d[PatientFields.Id].AsObjectId, d => new StoredState(d));
    }

    public async Task<HashSet<ObjectId>> PresentAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var idOnly = Builders<BsonDocument>.Projection.Include(PatientFields.Id);
        var found = await connection.ReadAsync(
            token => Documents.Find(Builders<BsonDocument>.Filter.In(PatientFields.Id, ids)).Project(idOnly).ToListAsync(token), ct);
        return [.. found.Select(d => d[PatientFields.Id].AsObjectId)];
    }
}
