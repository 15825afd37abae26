using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Mongo.Consistency;

/// <summary>A whole collection by its ids, page by page, each from its key: no cursor has to outlive a long look.</summary>
internal static class DocumentPages
{
    public static async IAsyncEnumerable<IReadOnlyList<BsonDocument>> ReadAsync(
        MongoConnection connection, IMongoCollection<BsonDocument> documents, ProjectionDefinition<BsonDocument> fields, int size, [EnumeratorCancellation] CancellationToken ct)
    {
        List<BsonDocument> page = [];
        do
        {
            var behind = page is [.., var last] ? Builders<BsonDocument>.Filter.Gt("_id", last["_id"]) : Builders<BsonDocument>.Filter.Empty;
            page = await connection.ReadAsync(
                token => documents.Find(behind, new FindOptions { Hint = "_id_" }).Sort(Builders<BsonDocument>.Sort.Ascending("_id")).Limit(size).Project(fields).ToListAsync(token), ct);
            yield return page;
        }
        while (page.Count == size);
    }
}
