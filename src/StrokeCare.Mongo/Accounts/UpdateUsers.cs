using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>The next version of an account: one guarded update with its change in it. Only when that finds nothing is it asked why.</summary>
internal sealed class UpdateUsers(UserCollection users, ChangeSignal changed, TimeProvider time)
{
    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public async Task<UpdateUserOutcome> UpdateAsync(User next, FailedAttempts attempts, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (next is not { Role: Role.Admin, IsActive: true } && await users.IsLastAdminAsync(next.Id, ct)) return UpdateUserOutcome.LastAdmin;
        var write = new Write(next.Id, next.Version, VersionGuard.Of(next.Id.Value, next.Version - 1) & UserIndexes.Real, UserDocument.Next(next, attempts));
        try
        {
            if (await TryAsync(write, change)) return Updated();
        }
        catch (MongoWriteException taken) when (MongoOutage.IsDuplicate(taken))
        {
            return UpdateUserOutcome.EmailTaken;
        }

        var stored = await users.StateAsync(next.Id);
        if (stored is null || stored.Document.Text(UserFields.ReservedBy) is not null) return UpdateUserOutcome.Missing;
        if (stored.WasWrittenBy(write.Id)) return Updated();
        if (stored.Version != next.Version - 1) return UpdateUserOutcome.Stale;
        throw MongoConnection.Unavailable($"account {next.Id} waits for {stored.PendingCount} changes to reach the log", null);
    }

    public async Task<bool> ActivateAsync(UserId id, string reservedBy, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var isReserved = UserCollection.Is(id) & Filter.Eq(UserFields.ReservedBy, reservedBy);
        if (!await TryAsync(new Write(id, 1, isReserved, UserDocument.Activate(reservedBy)), change))
            return (await users.StateAsync(id))?.Document.Text(UserFields.RegisteredBy) == reservedBy;
        changed.Raise();
        return true;
    }

    private Task<bool> TryAsync(Write write, Change change)
    {
        var update = Builders<BsonDocument>.Update.Combine(write.Update, ChangeDocument.Push(change, write.Id, time.GetUtcNow()));
        return GuardedUpdate.TryAsync(
            async () =>
            {
                Failpoint.Hit(MongoFailpoints.UserUpdateBefore);
                var result = await users.Connection.WriteAsync(ct => users.Documents.UpdateOneAsync(write.Guard, update, null, ct));
                Failpoint.Hit(MongoFailpoints.UserUpdateAfter);
                return result;
            },
            () => users.StateAsync(write.User), write.Id, write.NextVersion, "an account");
    }

    private UpdateUserOutcome Updated()
    {
        changed.Raise();
        return UpdateUserOutcome.Updated;
    }

    private sealed record Write(UserId User, long NextVersion, FilterDefinition<BsonDocument> Guard, UpdateDefinition<BsonDocument> Update)
    {
        public ObjectId Id { get; } = ObjectId.GenerateNewId();
    }
}
