using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>The next version of an account: one guarded update with its change in it. Only when that finds nothing is it asked why.</summary>
internal sealed class UpdateUsers(UserCollection users, AdminKeeper keeper, ChangeSignal changed, TimeProvider time)
{
    private const int MostRaces = 20;

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public async Task<UpdateUserOutcome> UpdateAsync(User next, FailedAttempts attempts, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        for (var race = 0; race < MostRaces; race++)
        {
            var guard = VersionGuard.Of(next.Id.Value, next.Version - 1) & UserIndexes.Real;
            var update = UserDocument.Next(next, attempts);
            if (next is not { Role: Role.Admin, IsActive: true })
            {
                if (await keeper.LeaveAsync(next.Id) is not { } mayLeave) return UpdateUserOutcome.LastAdmin;
                (guard, update) = (guard & mayLeave, update.Unset(AdminKeeper.Mark));
            }

            if (await WriteAsync(new(next.Id, next.Version, guard, update), change) is { } outcome) return outcome;
            await keeper.StandAsideAsync(race);
        }

        throw MongoConnection.Unavailable("sees its admins changed by others at this moment", null);
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

    /// <summary>Null: it was marked meanwhile, which is no change of it.</summary>
    private async Task<UpdateUserOutcome?> WriteAsync(Write write, Change change)
    {
        try
        {
            if (await TryAsync(write, change)) return Updated();
        }
        catch (MongoWriteException taken) when (MongoOutage.IsDuplicate(taken))
        {
            return UpdateUserOutcome.EmailTaken;
        }

        var stored = await users.StateAsync(write.User);
        if (stored is null || stored.Document.Text(UserFields.ReservedBy) is not null) return UpdateUserOutcome.Missing;
        if (stored.WasWrittenBy(write.Id)) return Updated();
        if (stored.Version != write.NextVersion - 1) return UpdateUserOutcome.Stale;
        if (stored.PendingCount < PendingFields.Most) return null;
        throw MongoConnection.Unavailable($"account {write.User} waits for {stored.PendingCount} changes to reach the log", null);
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
