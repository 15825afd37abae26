using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>
/// New accounts: an id, then the document with its change in it, or with none when it is only reserved. Name and address
/// are settled by unique indexes. When a connection is lost the id is looked up before anything is answered.
/// </summary>
internal sealed class AddUsers(UserCollection users, UserIds ids, ChangeSignal changed, TimeProvider time)
{
    // So often may an id be there already, or what stood in the way be gone at the second look, before we give up.
    private const int Attempts = 5;

    public async Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(User user, Func<UserId, Change> change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var added = await InsertAsync(user, change);
        if (added.Outcome == AddUserOutcome.Added) changed.Raise();
        return added;
    }

    public async Task<(AddUserOutcome Outcome, UserId Id)> ReserveAsync(User user, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var intent = user.ReservedBy ?? throw new ArgumentException("An account is reserved by an intent.", nameof(user));
        return await users.OfIntentAsync(intent) is { } there ? (AddUserOutcome.Added, there) : await InsertAsync(user, null);
    }

    public async Task RemoveReservedAsync(string reservedBy, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Failpoint.Hit(MongoFailpoints.UserRemoveBefore);
        await users.Connection.ReadAsync(
            token => users.Documents.DeleteOneAsync(Builders<BsonDocument>.Filter.Eq(UserFields.ReservedBy, reservedBy), token), CancellationToken.None);
        Failpoint.Hit(MongoFailpoints.UserRemoveAfter);
    }

    private async Task<(AddUserOutcome Outcome, UserId Id)> InsertAsync(User user, Func<UserId, Change>? change)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var id = await ids.NextAsync();
            Failpoint.Hit(MongoFailpoints.UserAddAfterId);
            var made = change?.Invoke(id);
            if (await TryInsertAsync(user with { Id = id }, made) is not { } inTheWay) return (AddUserOutcome.Added, id);
            if (made is not null && await MadeByAsync(user, made.ChangeId) is { } earlier) return (AddUserOutcome.AlreadyAdded, earlier);
            if (user.ReservedBy is { } intent && await users.OfIntentAsync(intent) is { } there) return (AddUserOutcome.Added, there);
            if (inTheWay == UserIndexes.Username) return (AddUserOutcome.UsernameTaken, default);
            if (inTheWay == UserIndexes.Email) return (await IsNameTakenAsync(user) ? AddUserOutcome.UsernameTaken : AddUserOutcome.EmailTaken, default);
            if (inTheWay == UserIndexes.Id) await ids.RaiseAsync();
        }

        throw MongoConnection.Unavailable("found the ids of new accounts taken again and again; nothing was written", null);
    }

    /// <summary>Null: it is written. Else the name of the index that refused it.</summary>
    private async Task<string?> TryInsertAsync(User user, Change? change)
    {
        var write = ObjectId.GenerateNewId();
        var document = UserDocument.New(user, change, write, time.GetUtcNow());
        try
        {
            Failpoint.Hit(MongoFailpoints.UserAddBeforeInsert);
            await users.Connection.WriteAsync(async ct =>
            {
                await users.Documents.InsertOneAsync(document, null, ct);
                return true;
            });
            Failpoint.Hit(MongoFailpoints.UserAddAfterInsert);
            return null;
        }
        catch (MongoWriteException failed) when (MongoOutage.IsDuplicate(failed))
        {
            // The driver may have sent it twice: the first of the two was ours.
            return (await users.StateAsync(user.Id))?.WasWrittenBy(write) == true ? null : UserIndexes.NameOf(failed);
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            var stored = await users.StateAsync(user.Id) ?? throw MongoConnection.Unavailable("did not answer to a new account, and it is not there", outage);
            return stored.WasWrittenBy(write) ? null : UserIndexes.Id;
        }
    }

    private async Task<UserId?> MadeByAsync(User user, string changeId)
    {
        var made = Builders<BsonDocument>.Filter.Eq(UserFields.NormalizedUsername, User.Normalize(user.Username)) & Builders<BsonDocument>.Filter.Eq(UserFields.AddedBy, changeId);
        var found = await users.Connection.ReadAsync(
            ct => users.Documents.Find(made).Project(Builders<BsonDocument>.Projection.Include(UserFields.Id)).FirstOrDefaultAsync(ct), CancellationToken.None);
        return found is null ? null : new UserId(found[UserFields.Id].AsInt32);
    }

    // Where both are taken the server names whichever index it looked at first; a person is told of the name.
    private Task<bool> IsNameTakenAsync(User user) => users.Connection.ReadAsync(
        ct => users.Documents.Find(Builders<BsonDocument>.Filter.Eq(UserFields.NormalizedUsername, User.Normalize(user.Username))).AnyAsync(ct),
        CancellationToken.None);
}
