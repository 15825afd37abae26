using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo.Appointments;
using StrokeCare.Mongo.History;
using StrokeCare.Mongo.Patients;

namespace StrokeCare.Mongo.Adoption;

/// <summary>Beside the deployment id: that an adoption has begun, whose it is, and that it is finished. A portal does not start in between.</summary>
internal sealed class AdoptionMark(MongoConnection connection, TimeProvider time)
{
    private const string Operation = "operation";
    private const string Deployment = "deployment_id";
    private const string EndedAt = "ended_at";

    /// <summary>What is adopted, in this order: entries and appointments are somebody's.</summary>
    public static readonly string[] Collections = [PatientCollection.Name, HistoryCollection.Name, AppointmentCollection.Name];

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static FilterDefinition<BsonDocument> Mine => Filter.Eq("_id", "adoption");

    private IMongoCollection<BsonDocument> Documents => connection.Database.GetCollection<BsonDocument>(MongoStore.DeploymentCollection);

    /// <summary>Answers the operation by which changes are known: one that was begun before goes on.</summary>
    /// <exception cref="InvalidDataException">Another deployment has begun to adopt this database.</exception>
    public async Task<string> BeginAsync(string deploymentId, CancellationToken ct)
    {
        var begin = Builders<BsonDocument>.Update
            .SetOnInsert(Operation, Change.NewId()).SetOnInsert(Deployment, deploymentId).SetOnInsert("begun_at", BsonFields.Of(time.GetUtcNow())).Unset(EndedAt);
        var mark = await connection.ReadAsync(
            token => Documents.FindOneAndUpdateAsync(Mine, begin, new FindOneAndUpdateOptions<BsonDocument> { IsUpsert = true, ReturnDocument = ReturnDocument.After }, token), ct);
        if (mark.Text(Deployment) != deploymentId) throw new InvalidDataException("Another deployment has begun to adopt this database; DATABASE_URL or MONGO_DB_NAME is not the one it was begun with.");
        return mark.Text(Operation)!;
    }

    public Task EndAsync(CancellationToken ct) =>
        connection.ReadAsync(token => Documents.UpdateOneAsync(Mine, Builders<BsonDocument>.Update.Set(EndedAt, BsonFields.Of(time.GetUtcNow())), null, token), ct);

    /// <summary>Why a portal must not use this database yet; null when it may.</summary>
    public async Task<string?> NeededAsync(CancellationToken ct)
    {
        const string how = "strokecare mongo adopt shows what is to be done and, with --apply, does it.";
        var mark = await FirstAsync(Documents, Mine, ct);
        if (mark is not null && !mark.Contains(EndedAt)) return $"is being adopted, and that is not finished: {how}";
        if (await FirstAsync(connection.Database.GetCollection<BsonDocument>(AppointmentCollection.Name), Filter.Eq(AppointmentFields.StartsAt, BsonNull.Value), ct) is not null)
            return $"has appointments that another system wrote: {how}";
        if (await FirstAsync(Documents, Filter.Eq("_id", MongoStore.DeploymentCollection), ct) is not null) return null;
        foreach (var name in Collections)
        {
            if (await FirstAsync(connection.Database.GetCollection<BsonDocument>(name), Filter.Empty, ct) is not null) return $"has records that another system wrote: {how}";
        }

        return null;
    }

    private Task<BsonDocument?> FirstAsync(IMongoCollection<BsonDocument> documents, FilterDefinition<BsonDocument> filter, CancellationToken ct) => connection.ReadAsync<BsonDocument?>(
        async token => await documents.Find(filter).Project(Builders<BsonDocument>.Projection.Include(EndedAt)).FirstOrDefaultAsync(token), ct);
}
