using MongoDB.Bson;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Tests.Accounts;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>As <see cref="MongoPlanTests"/>, for the queries about accounts.</summary>
public sealed class MongoUserPlanTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private const int Accounts = 6000;
    private const int Reserved = 5;

    private static readonly Role[] Roles = Enum.GetValues<Role>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_combination_of_filters_starts_at_its_key_and_reads_hardly_more_than_it_returns()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        foreach (var filter in Combinations())
        {
            var find = Assert.Single(await watched.DuringAsync(() => store.Users.ListAsync(filter, Ct), "find"));
            await watched.AssertCheapAsync(find, filter.ToString(), isOneRange: true);
        }
    }

    [Fact]
    public async Task Lookups_read_one_document_each()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var user = AnAccount();
        var draft = AnAccount().ReservedFor(Change.NewId());
        var finds = await watched.DuringAsync(
            async () =>
            {
                var (_, id) = await store.Users.AddAsync(user, id => (user with { Id = id }).AsChange(AuditAction.UserCreated), Ct);
                await store.Users.AddAsync(AnAccount(email: user.Email), id => (user with { Id = id }).AsChange(AuditAction.UserCreated), Ct);
                await store.Users.FindAsync(id, Ct);
                await store.Users.FindByUsernameAsync(user.Username, Ct);
                await store.Users.FindByEmailAsync(user.Email, Ct);
                await store.Users.NamesAsync([id, new(1), new(2)], Ct);
                await store.Users.AnyAdminAsync(Ct);
                var (_, reserved) = await store.Users.ReserveAsync(draft, Ct);
                await store.Users.ReserveAsync(draft, Ct);
                await store.Users.ActivateAsync(reserved, draft.ReservedBy!, draft.AsChange(), Ct);
                await store.Users.ActivateAsync(reserved, draft.ReservedBy!, draft.AsChange(), Ct);
            },
            "find");

        Assert.True(finds.Count >= 11, $"{finds.Count} finds");
        foreach (var find in finds) await watched.AssertCheapAsync(find, find.ToJson());
    }

    [Fact]
    public async Task The_relay_reads_only_what_is_pending()
    {
        var store = await watched.StoreAsync();
        await FillAsync();
        var user = AnAccount();
        await store.Users.AddAsync(user, id => (user with { Id = id }).AsChange(AuditAction.UserCreated), Ct);
        var queries = await watched.DuringAsync(
            async () =>
            {
                Assert.NotEmpty(await store.UserChanges.PendingAsync(256, Ct));
                Assert.NotEqual(0, (await store.UserChanges.PendingStateAsync(Ct)).Count);
            },
            "find", "aggregate");

        Assert.Equal(2, queries.Count);
        foreach (var query in queries) await watched.AssertCheapAsync(query, query.ToJson());
    }

    private async Task FillAsync()
    {
        var users = watched.Database.GetCollection<BsonDocument>("users");
        if (await users.EstimatedDocumentCountAsync(null, Ct) >= Accounts) return;
        await users.InsertManyAsync(Enumerable.Range(1, Accounts).Select(i =>
        {
            var name = Unique("plan");
            var document = new BsonDocument
            {
                { "_id", i },
                { "username", name },
                { "normalized_username", User.Normalize(name) },
                { "email", $"{name}@clinic.test" },
                { "normalized_email", User.Normalize($"{name}@clinic.test") },
                { "password_hash", name },
                { "role", Roles[i % 3].Wire() },
                { "is_active", i / 3 % 4 != 0 },
                { "is_reserved", i % Reserved == 0 },
                { "version", i % Reserved == 0 ? 0L : 1L },
            };
            if (i % Reserved == 0) document["reserved_by"] = name;
            return document;
        }));
    }

    private static IEnumerable<UserFilter> Combinations() =>
        from role in new Role?[] { null, Role.Admin, Role.Patient }
        from active in new bool?[] { null, true, false }
        from before in new UserId?[] { null, new(Accounts / 2), new(Accounts / 20) }
        select new UserFilter { Role = role, IsActive = active, Before = before, Limit = 51 };
}
