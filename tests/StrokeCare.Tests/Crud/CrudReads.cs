using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Crud;

/// <summary>The reads of the cases, and the findOneAnd… family, each as the driver's own call.</summary>
internal static class CrudReads
{
    public static async Task<BsonValue?> FindAsync(IMongoCollection<BsonDocument> documents, CrudArguments given, bool one)
    {
        var options = new FindOptions<BsonDocument>
        {
            AllowDiskUse = given.Truth("allowDiskUse"),
            BatchSize = given.Whole("batchSize"),
            Collation = given.Collation(),
            Comment = given.Value("comment"),
            Let = given.Optional("let"),
            Limit = one ? -1 : given.Whole("limit"), // negative: one batch and no cursor
            Skip = given.Whole("skip"),
            Sort = given.Sort(),
            Projection = given.Projection(),
        };
        var filter = given.Document("filter");
        given.EnsureAllRead();
        using var cursor = await documents.FindAsync(filter, options);
        return one ? await cursor.FirstOrDefaultAsync() : new BsonArray(await cursor.ToListAsync());
    }

    public static async Task<BsonValue?> AggregateAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var (pipeline, options) = (given.Pipeline(), Aggregation(given));
        // The driver answers those with a cursor that would first read what was written.
        var writes = given.Documents("pipeline").LastOrDefault() is { } last && last.GetElement(0).Name is "$out" or "$merge";
        given.EnsureAllRead();
        using var cursor = await documents.AggregateAsync(pipeline, options);
        if (writes)
            return null;
        return new BsonArray(await cursor.ToListAsync());
    }

    public static async Task<BsonValue?> AggregateAsync(IMongoDatabase database, CrudArguments given)
    {
        var (pipeline, options) = (given.DatabasePipeline(), Aggregation(given));
        given.EnsureAllRead();
        using var cursor = await database.AggregateAsync(pipeline, options);
        return new BsonArray(await cursor.ToListAsync());
    }

    public static async Task<BsonValue?> CountAsync(IMongoCollection<BsonDocument> documents, CrudArguments given, bool byCommand)
    {
        var options = new CountOptions { Collation = given.Collation(), Comment = given.Value("comment"), Limit = given.Whole("limit"), Skip = given.Whole("skip") };
        var filter = given.Document("filter");
        given.EnsureAllRead();
#pragma warning disable CS0618 // The command that the cases of "count" are about; the portal itself counts documents.
        return byCommand ? await documents.CountAsync(filter, options) : await documents.CountDocumentsAsync(filter, options);
#pragma warning restore CS0618
    }

    public static async Task<BsonValue?> EstimateAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var options = new EstimatedDocumentCountOptions { Comment = given.Value("comment") };
        if (given.Whole("maxTimeMS") is { } limit)
            options.MaxTime = TimeSpan.FromMilliseconds(limit);
        given.EnsureAllRead();
        return await documents.EstimatedDocumentCountAsync(options);
    }

    public static async Task<BsonValue?> DistinctAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var options = new DistinctOptions { Collation = given.Collation(), Comment = given.Value("comment") };
        var (field, filter) = (given.Text("fieldName")!, given.Document("filter"));
        given.EnsureAllRead();
        using var cursor = await documents.DistinctAsync<BsonValue>(field, filter, options);
        return new BsonArray(await cursor.ToListAsync());
    }

    public static async Task<BsonValue?> FindOneAndDeleteAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var options = new FindOneAndDeleteOptions<BsonDocument>
        {
            Collation = given.Collation(),
            Comment = given.Value("comment"),
            Hint = given.Value("hint"),
            Let = given.Optional("let"),
            Projection = given.Projection(),
            Sort = given.Sort(),
        };
        var filter = given.Document("filter");
        given.EnsureAllRead();
        return await documents.FindOneAndDeleteAsync(filter, options);
    }

    public static async Task<BsonValue?> FindOneAndReplaceAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var options = new FindOneAndReplaceOptions<BsonDocument>
        {
            BypassDocumentValidation = given.Truth("bypassDocumentValidation"),
            Collation = given.Collation(),
            Comment = given.Value("comment"),
            Hint = given.Value("hint"),
            IsUpsert = given.Truth("upsert") ?? false,
            Let = given.Optional("let"),
            Projection = given.Projection(),
            ReturnDocument = given.Returns(),
            Sort = given.Sort(),
        };
        var (filter, replacement) = (given.Document("filter"), given.Document("replacement"));
        given.EnsureAllRead();
        return await documents.FindOneAndReplaceAsync(filter, replacement, options);
    }

    public static async Task<BsonValue?> FindOneAndUpdateAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var options = new FindOneAndUpdateOptions<BsonDocument>
        {
            ArrayFilters = given.ArrayFilters(),
            BypassDocumentValidation = given.Truth("bypassDocumentValidation"),
            Collation = given.Collation(),
            Comment = given.Value("comment"),
            Hint = given.Value("hint"),
            IsUpsert = given.Truth("upsert") ?? false,
            Let = given.Optional("let"),
            Projection = given.Projection(),
            ReturnDocument = given.Returns(),
            Sort = given.Sort(),
        };
        var (filter, update) = (given.Document("filter"), given.Update());
        given.EnsureAllRead();
        return await documents.FindOneAndUpdateAsync(filter, update, options);
    }

    private static AggregateOptions Aggregation(CrudArguments given) => new()
    {
        AllowDiskUse = given.Truth("allowDiskUse"),
        BatchSize = given.Whole("batchSize"),
        BypassDocumentValidation = given.Truth("bypassDocumentValidation"),
        Collation = given.Collation(),
        Comment = given.Value("comment"),
        Let = given.Optional("let"),
    };
}
