using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Crud;

/// <summary>The writes of the cases, each as the driver's own call, their results in the cases' words.</summary>
internal static class CrudWrites
{
    private static readonly BsonDocument Unacknowledged = new("acknowledged", false);

    public static async Task<BsonValue?> InsertOneAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var document = given.Document("document");
        var options = new InsertOneOptions { Comment = given.Value("comment"), BypassDocumentValidation = given.Truth("bypassDocumentValidation") };
        given.EnsureAllRead();
        await documents.InsertOneAsync(document, options);
        return new BsonDocument("insertedId", document["_id"]);
    }

    public static async Task<BsonValue?> InsertManyAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var many = given.Documents("documents").ToList();
        var options = new InsertManyOptions
        {
            IsOrdered = given.Truth("ordered") ?? true,
            Comment = given.Value("comment"),
            BypassDocumentValidation = given.Truth("bypassDocumentValidation"),
        };
        given.EnsureAllRead();
        await documents.InsertManyAsync(many, options);
        return new BsonDocument("insertedIds", Numbered(many.Select((document, index) => (index, document["_id"]))));
    }

    public static async Task<BsonValue?> UpdateAsync(IMongoCollection<BsonDocument> documents, CrudArguments given, bool many)
    {
        var options = new UpdateOptions<BsonDocument>
        {
            IsUpsert = given.Truth("upsert") ?? false,
            ArrayFilters = given.ArrayFilters(),
            BypassDocumentValidation = given.Truth("bypassDocumentValidation"),
            Collation = given.Collation(),
            Comment = given.Value("comment"),
            Hint = given.Value("hint"),
            Let = given.Optional("let"),
            Sort = many ? null : given.Sort(),
        };
        var (filter, update) = (given.Document("filter"), given.Update());
        given.EnsureAllRead();
        return Told(many ? await documents.UpdateManyAsync(filter, update, options) : await documents.UpdateOneAsync(filter, update, options));
    }

    public static async Task<BsonValue?> ReplaceOneAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var options = new ReplaceOptions<BsonDocument>
        {
            IsUpsert = given.Truth("upsert") ?? false,
            BypassDocumentValidation = given.Truth("bypassDocumentValidation"),
            Collation = given.Collation(),
            Comment = given.Value("comment"),
            Hint = given.Value("hint"),
            Let = given.Optional("let"),
            Sort = given.Sort(),
        };
        var (filter, replacement) = (given.Document("filter"), given.Document("replacement"));
        given.EnsureAllRead();
        var result = await documents.ReplaceOneAsync(filter, replacement, options);
        return result.IsAcknowledged ? Told(result.MatchedCount, result.ModifiedCount, result.UpsertedId) : Unacknowledged;
    }

    public static async Task<BsonValue?> DeleteAsync(IMongoCollection<BsonDocument> documents, CrudArguments given, bool many)
    {
        var options = new DeleteOptions { Collation = given.Collation(), Comment = given.Value("comment"), Hint = given.Value("hint"), Let = given.Optional("let") };
        var filter = given.Document("filter");
        given.EnsureAllRead();
        var result = many ? await documents.DeleteManyAsync(filter, options) : await documents.DeleteOneAsync(filter, options);
        return result.IsAcknowledged ? new BsonDocument("deletedCount", result.DeletedCount) : Unacknowledged;
    }

    public static async Task<BsonValue?> BulkWriteAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var models = given.Documents("requests").Select(Model).ToList();
        var options = new BulkWriteOptions
        {
            IsOrdered = given.Truth("ordered") ?? true,
            BypassDocumentValidation = given.Truth("bypassDocumentValidation"),
            Comment = given.Value("comment"),
            Let = given.Optional("let"),
        };
        given.EnsureAllRead();
        return Told(await documents.BulkWriteAsync(models, options));
    }

    /// <summary>Of a bulk that succeeded, or of the part of it that did.</summary>
    public static BsonDocument Told(BulkWriteResult<BsonDocument> result)
    {
        if (!result.IsAcknowledged)
            return Unacknowledged;
        var inserted = result.ProcessedRequests.Select((model, index) => (index, model: model as InsertOneModel<BsonDocument>)).Where(entry => entry.model is not null);
        return new BsonDocument
        {
            { "insertedCount", result.InsertedCount },
            { "insertedIds", Numbered(inserted.Select(entry => (entry.index, entry.model!.Document["_id"]))) },
            { "matchedCount", result.MatchedCount },
            { "modifiedCount", result.ModifiedCount },
            { "deletedCount", result.DeletedCount },
            { "upsertedCount", result.Upserts.Count },
            { "upsertedIds", Numbered(result.Upserts.Select(upsert => (upsert.Index, upsert.Id))) },
        };
    }

    private static WriteModel<BsonDocument> Model(BsonDocument request)
    {
        var name = request.GetElement(0).Name;
        var given = new CrudArguments($"bulkWrite {name}", request[0].AsBsonDocument);
        WriteModel<BsonDocument> model = name switch
        {
            "insertOne" => new InsertOneModel<BsonDocument>(given.Document("document")),
            "deleteOne" => new DeleteOneModel<BsonDocument>(given.Document("filter")) { Collation = given.Collation(), Hint = given.Value("hint") },
            "deleteMany" => new DeleteManyModel<BsonDocument>(given.Document("filter")) { Collation = given.Collation(), Hint = given.Value("hint") },
            "replaceOne" => new ReplaceOneModel<BsonDocument>(given.Document("filter"), given.Document("replacement"))
            {
                Collation = given.Collation(),
                Hint = given.Value("hint"),
                IsUpsert = given.Truth("upsert") ?? false,
                Sort = given.Sort(),
            },
            "updateOne" => new UpdateOneModel<BsonDocument>(given.Document("filter"), given.Update())
            {
                ArrayFilters = given.ArrayFilters(),
                Collation = given.Collation(),
                Hint = given.Value("hint"),
                IsUpsert = given.Truth("upsert") ?? false,
                Sort = given.Sort(),
            },
            "updateMany" => new UpdateManyModel<BsonDocument>(given.Document("filter"), given.Update())
            {
                ArrayFilters = given.ArrayFilters(),
                Collation = given.Collation(),
                Hint = given.Value("hint"),
                IsUpsert = given.Truth("upsert") ?? false,
            },
            _ => throw new CrudUnsupportedException($"bulkWrite {name}"),
        };
        given.EnsureAllRead();
        return model;
    }

    private static BsonDocument Told(UpdateResult result) =>
        result.IsAcknowledged ? Told(result.MatchedCount, result.ModifiedCount, result.UpsertedId) : Unacknowledged;

    private static BsonDocument Told(long matched, long modified, BsonValue? upserted)
    {
        var told = new BsonDocument { { "matchedCount", matched }, { "modifiedCount", modified }, { "upsertedCount", upserted is null ? 0 : 1 } };
        return upserted is null ? told : told.Add("upsertedId", upserted);
    }

    private static BsonDocument Numbered(IEnumerable<(int Index, BsonValue Id)> ids) =>
        new(ids.Select(entry => new BsonElement(entry.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), entry.Id)));
}
