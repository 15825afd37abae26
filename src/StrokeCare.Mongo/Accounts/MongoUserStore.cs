using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>Accounts in MongoDB. Every change is one operation on one document, which holds it until it is in the log.</summary>
internal sealed class MongoUserStore(UserCollection users, AddUsers adds, UpdateUsers updates, CountAttempts attempts) : IUserStore
{
    private static readonly ProjectionDefinition<BsonDocument> Whole = Builders<BsonDocument>.Projection
        .Exclude(PendingFields.Pending).Exclude(PendingFields.Since).Exclude(PendingFields.LastWrite);

    private static readonly ProjectionDefinition<BsonDocument> Name = Builders<BsonDocument>.Projection
        .Include(UserFields.Username).Include(UserFields.FirstName).Include(UserFields.LastName).Include(UserFields.Specialization);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public Task<User?> FindAsync(UserId id, CancellationToken ct) => FindAsync(UserCollection.Is(id), ct);

    public Task<User?> FindByUsernameAsync(string username, CancellationToken ct) => FindAsync(Filter.Eq(UserFields.NormalizedUsername, User.Normalize(username)), ct);

    public Task<User?> FindByEmailAsync(string email, CancellationToken ct) => FindAsync(Filter.Eq(UserFields.NormalizedEmail, User.Normalize(email)) & UserIndexes.Real, ct);

    public async Task<IReadOnlyList<User>> ListAsync(UserFilter filter, CancellationToken ct)
    {
        var found = await users.Connection.ReadAsync(
            token => users.Documents
                .Find(UserIndexes.Query(filter), new FindOptions { Hint = UserIndexes.Of(filter) }).Sort(Builders<BsonDocument>.Sort.Descending(UserFields.Id))
                .Limit(filter.Limit).Project(Whole).ToListAsync(token),
            ct);
        return found.ConvertAll(UserDocument.Read);
    }

    public Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(User user, Func<UserId, Change> change, CancellationToken ct) => adds.AddAsync(user, change, ct);

    public Task<UpdateUserOutcome> UpdateAsync(User next, FailedAttempts attempts, Change change, CancellationToken ct) => updates.UpdateAsync(next, attempts, change, ct);

    public Task<SignInAttempt> CountAttemptAsync(UserId id, DateTimeOffset now, CancellationToken ct) => attempts.CountAsync(id, now, ct);

    public Task SignedInAsync(UserId id, DateTimeOffset at, CancellationToken ct) => attempts.SignedInAsync(id, at, ct);

    public Task ForgetAttemptsAsync(UserId id, CancellationToken ct) => attempts.ForgetAsync(id, ct);

    public Task<(AddUserOutcome Outcome, UserId Id)> ReserveAsync(User user, CancellationToken ct) => adds.ReserveAsync(user, ct);

    public Task<bool> ActivateAsync(UserId id, string reservedBy, Change change, CancellationToken ct) => updates.ActivateAsync(id, reservedBy, change, ct);

    public Task RemoveReservedAsync(string reservedBy, CancellationToken ct) => adds.RemoveReservedAsync(reservedBy, ct);

    public async Task<IReadOnlyDictionary<UserId, DoctorName>> NamesAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return new Dictionary<UserId, DoctorName>();
        var named = Filter.In(UserFields.Id, ids.Select(id => id.Value)) & UserIndexes.Real;
        var found = await users.Connection.ReadAsync(token => users.Documents.Find(named).Project(Name).ToListAsync(token), ct);
        return found.Select(UserDocument.ReadName).ToDictionary(name => name.Id);
    }

    // One count after the other, each inside the index of such a list.
    public async Task<IReadOnlyList<AccountCount>> CountAsync(CancellationToken ct)
    {
        var counts = new List<AccountCount>();
        foreach (var role in Enum.GetValues<Role>())
        {
            foreach (var active in new[] { true, false })
            {
                var filter = new UserFilter { Role = role, IsActive = active, Limit = 1 };
                var options = new CountOptions { Hint = UserIndexes.Of(filter) };
                counts.Add(new(role, active, await users.Connection.ReadAsync(token => users.Documents.CountDocumentsAsync(UserIndexes.Query(filter), options, token), ct)));
            }
        }

        return counts;
    }

    public Task<bool> AnyAdminAsync(CancellationToken ct) => users.Connection.ReadAsync(
        token => users.Documents.Find(UserIndexes.Real & Filter.Eq(UserFields.Role, Role.Admin.Wire())).AnyAsync(token), ct);

    private async Task<User?> FindAsync(FilterDefinition<BsonDocument> filter, CancellationToken ct)
    {
        var found = await users.Connection.ReadAsync(token => users.Documents.Find(filter).Project(Whole).FirstOrDefaultAsync(token), ct);
        return found is null ? null : UserDocument.Read(found);
    }
}
