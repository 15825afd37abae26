using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Mongo;

/// <summary>What lacks terms and how it gets them, and where a test may stop that (nothing at all in a Release build).</summary>
/// <param name="Documents">The collection.</param>
/// <param name="Without">Those that have none; absent and null are one key of the index.</param>
/// <param name="Fields">What terms are made of, and what <paramref name="Fill"/> guards.</param>
/// <param name="Fill">Gives a document its terms, unless a change made meanwhile has brought its own.</param>
internal sealed record LackingTerms(
    IMongoCollection<BsonDocument> Documents, FilterDefinition<BsonDocument> Without, ProjectionDefinition<BsonDocument> Fields, Func<BsonDocument, UpdateOneModel<BsonDocument>> Fill)
{
    /// <summary>Keeps the names of the documents whose terms are about to be written, safe to do again.</summary>
    public Func<IReadOnlyList<BsonDocument>, Task> KeepNamesAsync { get; init; } = static _ => Task.CompletedTask;

    public required string Index { get; init; }

    public required Action BeforeWrite { get; init; }

    public required Action AfterWrite { get; init; }
}

/// <summary>
/// Gives documents the terms they lack because another version or another system wrote them. Terms follow from the document
/// alone, so this is no change of it: no version, nothing pending. Safe to stop, to repeat and to race.
/// </summary>
internal static class TermBackfill
{
    private const int ChunkSize = 500;

    public static async Task RunAsync(LackingTerms lacking, CancellationToken ct)
    {
        while (true)
        {
            var found = await lacking.Documents.Find(lacking.Without, new FindOptions { Hint = lacking.Index }).Limit(ChunkSize).Project(lacking.Fields).ToListAsync(ct);
            if (found.Count == 0) return;
            await FillAsync(lacking, found, ct);
        }
    }

    /// <summary>Gives all documents terms, whether they have some or not: one chunk after the other by id, so that none is without terms meanwhile.</summary>
    public static async Task RenewAsync(LackingTerms terms, CancellationToken ct)
    {
        var (next, byId) = (Builders<BsonDocument>.Filter.Empty, Builders<BsonDocument>.Sort.Ascending("_id"));
        while (true)
        {
            var found = await terms.Documents.Find(next, new FindOptions { Hint = "_id_" }).Sort(byId).Limit(ChunkSize).Project(terms.Fields).ToListAsync(ct);
            if (found.Count == 0) return;
            await FillAsync(terms, found, ct);
            next = Builders<BsonDocument>.Filter.Gt("_id", found[^1]["_id"]);
        }
    }

    private static async Task FillAsync(LackingTerms lacking, List<BsonDocument> found, CancellationToken ct)
    {
        await lacking.KeepNamesAsync(found);
        lacking.BeforeWrite();
        await lacking.Documents.BulkWriteAsync(found.Select(lacking.Fill), new BulkWriteOptions { IsOrdered = false }, ct);
        lacking.AfterWrite();
    }
}
