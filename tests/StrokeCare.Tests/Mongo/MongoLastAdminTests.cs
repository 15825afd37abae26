using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Tests.Accounts;
using static StrokeCare.Tests.Accounts.AccountBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>Whoever races and whatever dies between two writes: an active admin is left.</summary>
public sealed class MongoLastAdminTests : IAsyncDisposable
{
    private readonly MongoTestDatabase database = new();
    private readonly ChangeSignal changed = new();
    private readonly List<MongoStore> stores = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, 25)]
    [InlineData(4, 15)]
    public async Task Of_admins_who_take_the_role_from_one_another_in_as_many_processes_one_stays(int count, int rounds)
    {
        var users = new List<IUserStore>();
        for (var i = 0; i < count; i++) users.Add(await OpenAsync());
        var admins = new List<User>();
        for (var i = 0; i < count; i++) admins.Add(await AddedAsync(users[0]));
        for (var round = 0; round < rounds; round++)
        {
            var outcomes = await Task.WhenAll(admins.Select((admin, i) => Task.Run(() => LeaveAsync(users[i], admin))));

            Assert.Equal(count - 1, outcomes.Count(outcome => outcome == UpdateUserOutcome.Updated));
            Assert.Single(outcomes, UpdateUserOutcome.LastAdmin);
            Assert.Single(await ActiveAsync(users[0]));
            for (var i = 0; i < count; i++) admins[i] = await BackAsync(users[i], admins[i].Id);
            await DrainAsync();
        }
    }

    [Fact]
    public async Task A_process_that_dies_on_the_way_keeps_nobody_from_leaving_later_and_leaves_an_admin()
    {
        var users = await OpenAsync();
        var admins = new List<User> { await AddedAsync(users), await AddedAsync(users), await AddedAsync(users) };
        foreach (var name in new[] { MongoFailpoints.UserKeeperBeforeMark, MongoFailpoints.UserKeeperAfterMark, MongoFailpoints.UserKeeperAfterMove, MongoFailpoints.UserUpdateBefore })
        {
            await Counters.DeleteOneAsync(new BsonDocument("_id", "admins"), Ct);
            foreach (var admin in admins)
            {
                Failpoint.Passed = at =>
                {
                    if (at == name) throw new InvalidOperationException("It died here.");
                };
                await Record.ExceptionAsync(() => LeaveAsync(users, admin));
                Failpoint.Passed = null;
            }

            Assert.NotEmpty(await ActiveAsync(users));
            for (var i = 0; i < 3; i++) admins[i] = await BackAsync(users, admins[i].Id);
            Assert.Equal([UpdateUserOutcome.Updated, UpdateUserOutcome.Updated, UpdateUserOutcome.LastAdmin], [await LeaveAsync(users, admins[1]), await LeaveAsync(users, admins[0]), await LeaveAsync(users, admins[2])]);
            for (var i = 0; i < 3; i++) admins[i] = await BackAsync(users, admins[i].Id);
            await DrainAsync();
        }
    }

    [Fact]
    public async Task A_name_that_an_older_version_passed_over_counts_for_nothing()
    {
        var users = await OpenAsync();
        var (one, other) = (await AddedAsync(users), await AddedAsync(users));
        await Counters.InsertOneAsync(new() { { "_id", "admins" }, { "keeper", 4711 }, { "keeper_mark", ObjectId.GenerateNewId() } }, null, Ct);

        Assert.Equal(UpdateUserOutcome.Updated, await LeaveAsync(users, one));
        Assert.Equal(UpdateUserOutcome.LastAdmin, await LeaveAsync(users, other));
    }

    public async ValueTask DisposeAsync()
    {
        Failpoint.Passed = null;
        foreach (var store in stores) await store.DisposeAsync();
        changed.Dispose();
        await database.DisposeAsync();
    }

    private IMongoCollection<BsonDocument> Counters => database.Database.GetCollection<BsonDocument>("counters");

    private async Task<IUserStore> OpenAsync()
    {
        var uri = TestEngines.RequireMongo();
        Assert.NotNull(database.Client);
        var store = await MongoStore.OpenAsync(uri, database.Name, changed, TimeProvider.System, NullLoggerFactory.Instance, Ct);
        await store.EnsureUserIndexesAsync(Ct);
        stores.Add(store);
        return store.Users;
    }

    // As the relay does: an account takes so many changes, and no more until they are in the log.
    private async Task DrainAsync()
    {
        var changes = stores[0].UserChanges;
        while (await changes.PendingAsync(100, Ct) is { Count: > 0 } pending) await changes.ClearAsync(pending, Ct);
    }

    private static async Task<User> AddedAsync(IUserStore users)
    {
        var draft = AnAccount(Role.Admin);
        var (_, id) = await users.AddAsync(draft, added => (draft with { Id = added }).AsChange(), Ct);
        return draft with { Id = id };
    }

    private static Task<UpdateUserOutcome> LeaveAsync(IUserStore users, User admin)
    {
        var next = admin.Next(a => a.Id.Value % 2 == 0 ? a with { Role = Role.Doctor } : a with { IsActive = false });
        return users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), Ct);
    }

    private static async Task<User> BackAsync(IUserStore users, UserId id)
    {
        var stored = (await users.FindAsync(id, Ct))!;
        if (stored is { Role: Role.Admin, IsActive: true }) return stored;
        var next = stored.Next(a => a with { Role = Role.Admin, IsActive = true });
        Assert.Equal(UpdateUserOutcome.Updated, await users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), Ct));
        return next;
    }

    private static Task<IReadOnlyList<User>> ActiveAsync(IUserStore users) => users.ListAsync(new() { Role = Role.Admin, IsActive = true, Limit = 10 }, Ct);
}
