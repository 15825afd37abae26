using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Adoption;

/// <summary>One pass over the collections: reads what has no version yet in the order of its ids, and writes by the batch.</summary>
internal sealed class AdoptionRun(MongoConnection connection, AdoptionOrder order, AdoptionReport report, IProgress<AdoptionProgress>? progress)
{
    private const int BatchSize = 500;

    private const string Aside = "not_adopted";

    private static readonly FilterDefinition<BsonDocument> Unadopted = Filter.Eq(PendingFields.Version, BsonNull.Value);

    public AdoptionOrder Order => order;

    public required string Operation { get; init; }

    public required DateTimeOffset Now { get; init; }

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <summary>The same each time, so that the log takes it once.</summary>
    public string ChangeId(Legacy legacy) => $"{Operation}-{legacy.Id}";

    public BsonDocument Adopt(Legacy legacy, IEnumerable<(string Name, BsonValue? Value)> fields, Change change)
    {
        var document = legacy.With(fields);
        ChangeDocument.AddTo(document, change, ObjectId.GenerateNewId(), Now);
        return document;
    }

    /// <summary>Those that have a version.</summary>
    public async IAsyncEnumerable<BsonDocument> AdoptedAsync(IMongoCollection<BsonDocument> documents, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(documents, Filter.Ne(PendingFields.Version, BsonNull.Value), ct))
        {
            report.Of(NameOf(documents)).Already += page.Count;
            foreach (var document in page) yield return document;
        }
    }

    /// <summary>Of each that has none what <paramref name="adopt"/> makes of it; null where that cannot be told, or there is nothing to adopt.</summary>
    public async Task EachAsync(IMongoCollection<BsonDocument> documents, Func<Legacy, BsonDocument?> adopt, Func<Task> before, CancellationToken ct)
    {
        var counts = report.Of(NameOf(documents));
        var looked = 0L;
        await foreach (var page in PagesAsync(documents, Unadopted, ct))
        {
            var batch = new List<(Legacy Legacy, BsonDocument Document)>();
            var faulty = new List<Legacy>();
            foreach (var legacy in page.Select(document => new Legacy(NameOf(documents), document)))
            {
                if (adopt(legacy) is { } adopted) batch.Add((legacy, adopted));
                else if (legacy.Fault is not null) faulty.Add(legacy);
                foreach (var code in legacy.Findings.Append(legacy.Fault).OfType<string>()) report.Add($"{NameOf(documents)}.{code}", legacy.Name);
                if (!legacy.HasOwnId && legacy.Fault is null) report.Add($"{NameOf(documents)}._id.type", legacy.Name);
            }

            counts.Unresolved += faulty.Count;
            if (order.Apply)
            {
                ct.ThrowIfCancellationRequested();
                // A batch is written to its end: the next run would find half of it, but nobody has to wait for that.
                await before();
                await WriteAsync(documents, batch);
                if (order.SetAside) counts.SetAside += await SetAsideAsync(documents, faulty);
                Failpoint.Hit("mongo.adopt.after_batch");
            }

            counts.Adopted += batch.Count;
            progress?.Report(new(NameOf(documents), looked += page.Count));
        }
    }

    private async Task WriteAsync(IMongoCollection<BsonDocument> documents, List<(Legacy Legacy, BsonDocument Document)> batch)
    {
        if (batch.Count == 0) return;
        var writes = batch.ConvertAll<WriteModel<BsonDocument>>(one => one.Legacy.HasOwnId ? InPlace(one.Legacy, one.Document) : Anew(one.Document));
        try
        {
            await connection.AdministerAsync(() => documents.BulkWriteAsync(writes, new BulkWriteOptions { IsOrdered = false }));
            Failpoint.Hit("mongo.adopt.before_delete");
            await DeleteAsync(documents, batch.Where(one => !one.Legacy.HasOwnId).Select(one => one.Legacy));
        }
        catch (MongoBulkWriteException raced) when (MongoOutage.IsDuplicatesOnly(raced))
        {
            throw new InvalidDataException($"Somebody else writes to {NameOf(documents)} while it is adopted. Stop that, then run this again.", raced);
        }
    }

    private async Task<long> SetAsideAsync(IMongoCollection<BsonDocument> documents, List<Legacy> faulty)
    {
        if (faulty.Count == 0) return 0;
        var copies = faulty.ConvertAll(legacy => new UpdateOneModel<BsonDocument>(
            Filter.Eq("_id", new BsonDocument { { "collection", NameOf(documents) }, { "id", legacy.Original["_id"] } }),
            Builders<BsonDocument>.Update.Set("reason", legacy.Fault).Set("document", legacy.Original).Set("at", BsonFields.Of(Now)))
        { IsUpsert = true });
        await connection.AdministerAsync(() => connection.Database.GetCollection<BsonDocument>(Aside).BulkWriteAsync(copies, new BulkWriteOptions { IsOrdered = false }));
        await DeleteAsync(documents, faulty);
        return faulty.Count;
    }

    private async Task DeleteAsync(IMongoCollection<BsonDocument> documents, IEnumerable<Legacy> moved)
    {
        var ids = moved.Select(legacy => legacy.Original["_id"]).ToList();
        if (ids.Count > 0) await connection.AdministerAsync(() => documents.DeleteManyAsync(Filter.In("_id", ids) & Unadopted));
    }

    // Only what differs: what we do not know is not written again.
    private static UpdateOneModel<BsonDocument> InPlace(Legacy legacy, BsonDocument adopted)
    {
        var update = Builders<BsonDocument>.Update;
        var set = adopted.Where(field => !legacy.Original.TryGetValue(field.Name, out var before) || before != field.Value || before.BsonType != field.Value.BsonType);
        var gone = legacy.Original.Names.Where(name => !adopted.Contains(name));
        return new(Filter.Eq("_id", legacy.Original["_id"]) & Unadopted, update.Combine([.. set.Select(field => update.Set(field.Name, field.Value)), .. gone.Select(name => update.Unset(name))]));
    }

    // A repeat finds it there and leaves it: a portal may have changed it since.
    private static UpdateOneModel<BsonDocument> Anew(BsonDocument adopted) => new(
        Filter.Eq("_id", adopted["_id"]),
        Builders<BsonDocument>.Update.Combine(adopted.Where(field => field.Name != "_id").Select(field => Builders<BsonDocument>.Update.SetOnInsert(field.Name, field.Value))))
    { IsUpsert = true };

    private async IAsyncEnumerable<List<BsonDocument>> PagesAsync(IMongoCollection<BsonDocument> documents, FilterDefinition<BsonDocument> filter, [EnumeratorCancellation] CancellationToken ct)
    {
        // Ids of several types: a page cannot begin behind the last id, as a range is of one type.
        var find = documents.Find(filter, new FindOptions { Hint = "_id_", BatchSize = BatchSize }).Sort(Builders<BsonDocument>.Sort.Ascending("_id"));
        using var cursor = await connection.ReadAsync(token => find.ToCursorAsync(token), ct);
        while (await connection.ReadAsync(token => cursor.MoveNextAsync(token), ct))
        {
            if (cursor.Current.ToList() is { Count: > 0 } page) yield return page;
        }
    }

    private static string NameOf(IMongoCollection<BsonDocument> documents) => documents.CollectionNamespace.CollectionName;
}
