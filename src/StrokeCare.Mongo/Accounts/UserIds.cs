using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;

namespace StrokeCare.Mongo.Accounts;

/// <summary><c>counters</c>: the id that the next account gets. An id whose account was not added is never given again.</summary>
internal sealed class UserIds(MongoConnection connection)
{
    public const string Collection = "counters";

    private const string Next = "next";

    private static readonly FilterDefinition<BsonDocument> OfUsers = Builders<BsonDocument>.Filter.Eq("_id", UserCollection.Name);

    private static readonly FindOneAndUpdateOptions<BsonDocument> Before = new() { ReturnDocument = ReturnDocument.Before };

    private readonly IMongoCollection<BsonDocument> counters = connection.Database.GetCollection<BsonDocument>(Collection);

    /// <exception cref="StoreUnavailableException">No answer; at most an id was lost.</exception>
    public async Task<UserId> NextAsync()
    {
        var given = await GiveAsync();
        if (given is null)
        {
            await RaiseAsync();
            given = await GiveAsync();
        }

        return given?.User(Next) ?? throw new InvalidDataException("The counter of the accounts' ids cannot be read.");
    }

    /// <summary>Above the highest id there is: at the first account, and where accounts came from elsewhere.</summary>
    public async Task RaiseAsync()
    {
        var users = connection.Database.GetCollection<BsonDocument>(UserCollection.Name).Find(Builders<BsonDocument>.Filter.Empty)
            .Sort(Builders<BsonDocument>.Sort.Descending(UserFields.Id)).Project(Builders<BsonDocument>.Projection.Include(UserFields.Id));
        var highest = await connection.ReadAsync(ct => users.FirstOrDefaultAsync(ct), CancellationToken.None);
        var next = (highest is null ? 0 : UserDocument.IdOf(highest).Value) + 1;
        try
        {
            await connection.ReadAsync(
                ct => counters.UpdateOneAsync(OfUsers, Builders<BsonDocument>.Update.Max(Next, next), new UpdateOptions { IsUpsert = true }, ct),
                CancellationToken.None);
        }
        catch (MongoWriteException raced) when (MongoOutage.IsDuplicate(raced))
        {
            // Another made the counter at the same time, from the same accounts.
        }
    }

    private Task<BsonDocument?> GiveAsync() => connection.ReadAsync<BsonDocument?>(
        async ct => await counters.FindOneAndUpdateAsync(OfUsers, Builders<BsonDocument>.Update.Inc(Next, 1), Before, ct), CancellationToken.None);
}
