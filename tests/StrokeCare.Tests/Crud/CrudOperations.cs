using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Crud;

/// <summary>The operations of the cases by name.</summary>
internal static class CrudOperations
{
    public static Task<BsonValue?> RunAsync(CrudEntities entities, string target, string name, CrudArguments given)
    {
        if (entities.Collection(target) is { } documents)
            return OnCollectionAsync(documents, name, given);
        if (entities.Database(target) is { } database)
            return OnDatabaseAsync(database, name, given);
        throw new CrudUnsupportedException(name);
    }

    private static Task<BsonValue?> OnCollectionAsync(IMongoCollection<BsonDocument> documents, string name, CrudArguments given) => name switch
    {
        "insertOne" => CrudWrites.InsertOneAsync(documents, given),
        "insertMany" => CrudWrites.InsertManyAsync(documents, given),
        "updateOne" => CrudWrites.UpdateAsync(documents, given, many: false),
        "updateMany" => CrudWrites.UpdateAsync(documents, given, many: true),
        "replaceOne" => CrudWrites.ReplaceOneAsync(documents, given),
        "deleteOne" => CrudWrites.DeleteAsync(documents, given, many: false),
        "deleteMany" => CrudWrites.DeleteAsync(documents, given, many: true),
        "bulkWrite" => CrudWrites.BulkWriteAsync(documents, given),
        "find" => CrudReads.FindAsync(documents, given, one: false),
        "findOne" => CrudReads.FindAsync(documents, given, one: true),
        "aggregate" => CrudReads.AggregateAsync(documents, given),
        "count" => CrudReads.CountAsync(documents, given, byCommand: true),
        "countDocuments" => CrudReads.CountAsync(documents, given, byCommand: false),
        "estimatedDocumentCount" => CrudReads.EstimateAsync(documents, given),
        "distinct" => CrudReads.DistinctAsync(documents, given),
        "findOneAndDelete" => CrudReads.FindOneAndDeleteAsync(documents, given),
        "findOneAndReplace" => CrudReads.FindOneAndReplaceAsync(documents, given),
        "findOneAndUpdate" => CrudReads.FindOneAndUpdateAsync(documents, given),
        "createIndex" => CreateIndexAsync(documents, given),
        _ => throw new CrudUnsupportedException(name),
    };

    private static Task<BsonValue?> OnDatabaseAsync(IMongoDatabase database, string name, CrudArguments given) => name switch
    {
        "aggregate" => CrudReads.AggregateAsync(database, given),
        "createCollection" => CreateAsync(database, given),
        "dropCollection" => DropAsync(database, given),
        "modifyCollection" => ModifyAsync(database, given),
        _ => throw new CrudUnsupportedException(name),
    };

    private static async Task<BsonValue?> CreateIndexAsync(IMongoCollection<BsonDocument> documents, CrudArguments given)
    {
        var model = new CreateIndexModel<BsonDocument>(given.Document("keys"), new CreateIndexOptions { Unique = given.Truth("unique") });
        given.EnsureAllRead();
        return await documents.Indexes.CreateOneAsync(model);
    }

    private static async Task<BsonValue?> CreateAsync(IMongoDatabase database, CrudArguments given)
    {
        var (name, viewOn, pipeline) = (given.Text("collection")!, given.Text("viewOn"), given.Pipeline());
        given.EnsureAllRead();
        if (viewOn is null)
            await database.CreateCollectionAsync(name);
        else
            await database.CreateViewAsync(name, viewOn, pipeline);
        return null;
    }

    private static async Task<BsonValue?> DropAsync(IMongoDatabase database, CrudArguments given)
    {
        var name = given.Text("collection")!;
        given.EnsureAllRead();
        await database.DropCollectionAsync(name);
        return null;
    }

    private static async Task<BsonValue?> ModifyAsync(IMongoDatabase database, CrudArguments given)
    {
        var command = new BsonDocument { { "collMod", given.Text("collection")! }, { "validator", given.Document("validator") } };
        given.EnsureAllRead();
        return await database.RunCommandAsync<BsonDocument>(command);
    }
}
