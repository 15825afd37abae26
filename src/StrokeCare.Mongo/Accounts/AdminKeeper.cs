using System.Security.Cryptography;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>
/// Sees to it that an active admin is left, whoever races and whatever dies, without a transaction. One document of
/// <c>counters</c> names an active admin, the keeper. Who is to become it is marked first, in their own document and only
/// while they are an active admin; then the name is moved, if nobody has moved it since it was read. Whoever bears a mark
/// leaves only after the name was moved to another and with the very mark that was there before: what was on its way to
/// them then fails, and a later one has another mark. So the named one never leaves. A mark that came to nothing costs
/// its bearer one more move.
/// </summary>
internal sealed class AdminKeeper(UserCollection users, TimeProvider time)
{
    public const string Mark = "keeper_mark";

    private const string Name = "keeper";

    private const int MostRaces = 20;

    private const int LongestPause = 100;

    private static readonly FilterDefinition<BsonDocument> Register = Builders<BsonDocument>.Filter.Eq("_id", "admins");

    private static readonly UserFilter Admins = new() { Role = Role.Admin, IsActive = true, Limit = 2 };

    private readonly IMongoCollection<BsonDocument> counters = users.Connection.Database.GetCollection<BsonDocument>(UserIds.Collection);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static UpdateDefinitionBuilder<BsonDocument> Update => Builders<BsonDocument>.Update;

    /// <summary>The condition under which this account may stop being an active admin; null when there is no other one.</summary>
    /// <exception cref="StoreUnavailableException">No answer, or others change admins all the time.</exception>
    public async Task<FilterDefinition<BsonDocument>?> LeaveAsync(UserId id)
    {
        for (var race = 0; race < MostRaces; race++)
        {
            // The mark before the name: a name that is moved after it was read has moved on from what this mark was for.
            if (await FindAsync(UserIndexes.Query(Admins) & UserCollection.Is(id), UserIndexes.Id) is not { } leaving) return Filter.Empty;
            var mark = leaving.GetValue(Mark, BsonNull.Value);
            var register = await users.Connection.ReadAsync(ct => counters.Find(Register).FirstOrDefaultAsync(ct), CancellationToken.None);
            if (mark == BsonNull.Value && await IsKeptByAnotherAsync(register, id)) return Filter.Eq(Mark, BsonNull.Value);
            if (await FindAsync(UserIndexes.Query(Admins) & Filter.Ne(UserFields.Id, id.Value), UserIndexes.Of(Admins)) is not { } other) return null;
            if (await MoveAsync(register, UserDocument.IdOf(other))) return Filter.Eq(Mark, mark);
            await StandAsideAsync(race);
        }

        throw MongoConnection.Unavailable("sees its admins changed by others at this moment", null);
    }

    /// <summary>
    /// After a lost race: up to 4 ms, then 8, and so on up to 100, by chance. Those who mark one another would else go on
    /// in step, each taking away what the other has just got.
    /// </summary>
    public Task StandAsideAsync(int race) =>
        Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(Math.Min(LongestPause, 4 << Math.Min(race, 5)) + 1)), time, CancellationToken.None);

    // A register that an older version has passed over names nobody.
    private async Task<bool> IsKeptByAnotherAsync(BsonDocument? register, UserId id) =>
        register?.User(Name) is { } keeper && keeper != id && await FindAsync(UserIndexes.Query(Admins) & UserCollection.Is(keeper), UserIndexes.Id) is not null;

    /// <summary>False: the next one is no active admin any more, or somebody else has moved the name.</summary>
    private async Task<bool> MoveAsync(BsonDocument? register, UserId next)
    {
        var mark = ObjectId.GenerateNewId();
        Failpoint.Hit(MongoFailpoints.UserKeeperBeforeMark);
        var marked = await WriteAsync(ct => users.Documents.UpdateOneAsync(UserIndexes.Query(Admins) & UserCollection.Is(next), Update.Set(Mark, mark), null, ct));
        Failpoint.Hit(MongoFailpoints.UserKeeperAfterMark);
        if (!marked) return false;
        var moved = await NameAsync(register, next, mark);
        Failpoint.Hit(MongoFailpoints.UserKeeperAfterMove);
        return moved;
    }

    private async Task<bool> NameAsync(BsonDocument? register, UserId next, ObjectId mark)
    {
        if (register is not null) return await WriteAsync(ct => counters.UpdateOneAsync(Register & Filter.Eq(Mark, register[Mark]), Update.Set(Name, next.Value).Set(Mark, mark), null, ct));
        try
        {
            var first = new BsonDocument { { "_id", "admins" }, { Name, next.Value }, { Mark, mark } };
            return await users.Connection.ReadAsync(
                async ct =>
                {
                    await counters.InsertOneAsync(first, null, ct);
                    return true;
                },
                CancellationToken.None);
        }
        catch (MongoWriteException raced) when (MongoOutage.IsDuplicate(raced))
        {
            return false;
        }
    }

    // An outage may have come after the write: nothing but a mark or a name has changed, and the next one to leave reads both anew.
    private async Task<bool> WriteAsync(Func<CancellationToken, Task<UpdateResult>> update) => (await users.Connection.ReadAsync(update, CancellationToken.None)).MatchedCount == 1;

    private Task<BsonDocument?> FindAsync(FilterDefinition<BsonDocument> filter, string index) => users.Connection.ReadAsync<BsonDocument?>(
        async ct => await users.Documents.Find(filter, new FindOptions { Hint = index }).Limit(1)
            .Project(Builders<BsonDocument>.Projection.Include(UserFields.Id).Include(Mark)).FirstOrDefaultAsync(ct),
        CancellationToken.None);
}
