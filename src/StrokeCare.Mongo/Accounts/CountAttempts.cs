using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>Failed sign-ins and the lock that follows from them: each one atomic update that makes no version and leaves <c>last_write</c> alone.</summary>
internal sealed class CountAttempts(UserCollection users)
{
    private static readonly FindOneAndUpdateOptions<BsonDocument> After = new()
    {
        ReturnDocument = ReturnDocument.After,
        Projection = Builders<BsonDocument>.Projection.Include(UserFields.FailedAttempts),
    };

    /// <exception cref="StoreUnavailableException">No answer: the attempt may have been counted, and nobody is let in on it.</exception>
    public async Task<SignInAttempt> CountAsync(UserId id, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var isUnlocked = UserCollection.Is(id) & Builders<BsonDocument>.Filter.Not(Builders<BsonDocument>.Filter.Gt(UserFields.LockedUntil, BsonFields.Of(now)));
        Failpoint.Hit(MongoFailpoints.UserCountBefore);
        var counted = await users.Connection.ReadAsync(
            token => users.Documents.FindOneAndUpdateAsync(isUnlocked, Next(now + SignInAttempt.LockedFor), After, token), CancellationToken.None);
        Failpoint.Hit(MongoFailpoints.UserCountAfter);
        return new((int)(((BsonDocument?)counted)?.Whole(UserFields.FailedAttempts) ?? 0));
    }

    public Task SignedInAsync(UserId id, DateTimeOffset at, CancellationToken ct) => ForgetAsync(id, UserDocument.Forget().Set(UserFields.LastLogin, BsonFields.Of(at)), ct);

    public Task ForgetAsync(UserId id, CancellationToken ct) => ForgetAsync(id, UserDocument.Forget(), ct);

    private async Task ForgetAsync(UserId id, UpdateDefinition<BsonDocument> update, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Failpoint.Hit(MongoFailpoints.UserSignedInBefore);
        await users.Connection.ReadAsync(token => users.Documents.UpdateOneAsync(UserCollection.Is(id), update, null, token), CancellationToken.None);
        Failpoint.Hit(MongoFailpoints.UserSignedInAfter);
    }

    // Found unlocked: a lock that is there has ended, and a new count begins.
    private static UpdateDefinition<BsonDocument> Next(DateTimeOffset lockedUntil)
    {
        var hadLock = new BsonDocument("$gt", new BsonArray { $"${UserFields.LockedUntil}", BsonNull.Value });
        var oneMore = new BsonDocument("$add", new BsonArray { new BsonDocument("$ifNull", new BsonArray { $"${UserFields.FailedAttempts}", 0 }), 1 });
        var isLast = new BsonDocument("$gte", new BsonArray { $"${UserFields.FailedAttempts}", SignInAttempt.Most });
        return Builders<BsonDocument>.Update.Pipeline(new BsonDocumentStagePipelineDefinition<BsonDocument, BsonDocument>(
        [
            Set(UserFields.FailedAttempts, hadLock, 1, oneMore),
            Set(UserFields.LockedUntil, isLast, BsonFields.Of(lockedUntil)!, "$$REMOVE"),
        ]));
    }

    private static BsonDocument Set(string field, BsonDocument condition, BsonValue then, BsonValue otherwise) =>
        new("$set", new BsonDocument(field, new BsonDocument("$cond", new BsonArray { condition, then, otherwise })));
}
