using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo.Consistency;

namespace StrokeCare.Mongo.Changes;

/// <summary>The <c>pending</c> arrays of a collection, as the relay sees them.</summary>
internal sealed class MongoChangeSource(MongoConnection connection, EntityDocuments entities) : IChangeSource
{
    private const int CountCap = 10_000;

    private const int VersionsPage = 1000;

    private readonly IMongoCollection<BsonDocument> documents = entities.Documents;

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static FilterDefinition<BsonDocument> AnyPending => Filter.Exists(PendingFields.Since);

    public string Store => MongoStore.StoreName;

    public async Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct)
    {
        var found = await connection.ReadAsync(
            token => documents
                .Find(AnyPending).Sort(Builders<BsonDocument>.Sort.Ascending(PendingFields.Since)).Limit(max)
                .Project(Builders<BsonDocument>.Projection.Include(PendingFields.Pending)).ToListAsync(token),
            ct);
        var changes = new List<Change>(max);
        foreach (var document in found)
        {
            if (changes.Count >= max) break;
            changes.AddRange(document[PendingFields.Pending].AsBsonArray.Select(change => ChangeDocument.Read(change.AsBsonDocument)));
        }

        return changes;
    }

    public async Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct)
    {
        var clears = logged.Where(change => change.EntityType == entities.Type)
            .GroupBy(change => entities.ReadId(change.EntityId), change => change.ChangeId)
            .Where(group => group.Key is not null)
            .Select(group => Clear(group.Key!, [.. group.Distinct()]))
            .ToList();
        if (clears.Count == 0) return;
        Failpoint.Hit(MongoFailpoints.ClearBefore);
        await connection.ReadAsync(token => documents.BulkWriteAsync(clears, new BulkWriteOptions { IsOrdered = false }, token), ct);
        Failpoint.Hit(MongoFailpoints.ClearAfter);
    }

    public async Task<PendingState> PendingStateAsync(CancellationToken ct)
    {
        const string count = "count", oldest = "oldest";
        var group = new BsonDocument
        {
            { "_id", BsonNull.Value },
            { count, new BsonDocument("$sum", new BsonDocument("$size", $"${PendingFields.Pending}")) },
            { oldest, new BsonDocument("$min", $"${PendingFields.Since}") },
        };
        var state = await connection.ReadAsync(
            token => documents.Aggregate().Match(AnyPending).Limit(CountCap).Group<BsonDocument>(group).FirstOrDefaultAsync(token), ct);
        return state is null
            ? new PendingState(0, null)
            : new PendingState(Math.Min(state.Whole(count) ?? 0, CountCap), state.Time(oldest));
    }

    public async IAsyncEnumerable<EntityVersion> VersionsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var fields = Builders<BsonDocument>.Projection.Include(PendingFields.Version).Include(entities.Mark);
        await foreach (var page in DocumentPages.ReadAsync(connection, documents, fields, VersionsPage, ct))
        {
            foreach (var document in page.Where(entities.HasVersions))
                yield return new EntityVersion(entities.Type, entities.WriteId(document["_id"]), document.Whole(PendingFields.Version) ?? 0);
        }
    }

    /// <summary>Takes these changes out and, with the last of them, both fields; the version is not touched.</summary>
    private static UpdateOneModel<BsonDocument> Clear(BsonValue id, List<string> changeIds)
    {
        var ids = new BsonDocument("$literal", new BsonArray(changeIds));
        var isGone = new BsonDocument("$in", new BsonArray { $"$$this.{PendingFields.ChangeId}", ids });
        var left = new BsonDocument("$filter", new BsonDocument
        {
            { "input", $"${PendingFields.Pending}" },
            { "cond", new BsonDocument("$not", new BsonArray { isGone }) },
        });
        var isEmpty = new BsonDocument("$eq", new BsonArray { $"${PendingFields.Pending}", new BsonArray() });
        BsonDocument UnlessEmpty(string field) => new("$cond", new BsonArray { isEmpty, "$$REMOVE", $"${field}" });
        var stages = new BsonDocumentStagePipelineDefinition<BsonDocument, BsonDocument>(
        [
            new BsonDocument("$set", new BsonDocument(PendingFields.Pending, left)),
            new BsonDocument("$set", new BsonDocument
            {
                { PendingFields.Pending, UnlessEmpty(PendingFields.Pending) },
                { PendingFields.Since, UnlessEmpty(PendingFields.Since) },
            }),
        ]);
        return new UpdateOneModel<BsonDocument>(
            Filter.Eq("_id", id) & Filter.In($"{PendingFields.Pending}.{PendingFields.ChangeId}", changeIds),
            Builders<BsonDocument>.Update.Pipeline(stages));
    }
}
