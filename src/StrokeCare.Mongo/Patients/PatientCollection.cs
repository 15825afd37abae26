using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Patients;

/// <summary>The collection and the few reads that its writers share.</summary>
internal sealed class PatientCollection(MongoConnection connection)
{
    public const string Name = "patients";

    private static readonly ProjectionDefinition<BsonDocument> StateOnly = Builders<BsonDocument>.Projection
        .Include(PatientFields.Version).Include(PatientFields.Archived).Include(PatientFields.Mrn).Include(PatientFields.UserId).Include(PatientFields.SourceKey)
        .Include(PatientFields.FormerMrns).Include(PendingFields.LastWrite).Include($"{PendingFields.Pending}.{PendingFields.Write}");

    /// <summary>Records, without the tombstones of refused ids.</summary>
    private static readonly FilterDefinition<BsonDocument> NotRefused = Builders<BsonDocument>.Filter.Ne(PatientFields.Archived, PatientFields.Never);

    public MongoConnection Connection => connection;

    public IMongoCollection<BsonDocument> Documents { get; } = connection.Database.GetCollection<BsonDocument>(Name);

    public EntityDocuments Entities => EntityDocuments.OfClinicalIds(EntityType.Patient, Documents) with
    {
        Mark = PatientFields.Archived,
        HasVersions = patient => !PatientDocument.IsRefused(patient),
    };

    public async Task<StoredState?> StateAsync(ObjectId id) => (await StatesAsync([id])).GetValueOrDefault(id);

    public async Task<Dictionary<ObjectId, StoredState>> StatesAsync(IReadOnlyCollection<ObjectId> ids)
    {
        if (ids.Count == 0) return [];
        var found = await connection.ReadAsync(
            ct => Documents.Find(Builders<BsonDocument>.Filter.In(PatientFields.Id, ids)).Project(StateOnly).ToListAsync(ct),
            CancellationToken.None);
        return found.ToDictionary(d => d[PatientFields.Id].AsObjectId, d => new StoredState(d));
    }

    /// <summary>Which of these have a record.</summary>
    public async Task<HashSet<ObjectId>> PresentAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var idOnly = Builders<BsonDocument>.Projection.Include(PatientFields.Id);
        var found = await connection.ReadAsync(
            token => Documents.Find(Builders<BsonDocument>.Filter.In(PatientFields.Id, ids) & NotRefused).Project(idOnly).ToListAsync(token), ct);
        return [.. found.Select(d => d[PatientFields.Id].AsObjectId)];
    }
}
