using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Tests.Accounts;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>A write of an account that the server took and whose answer was lost.</summary>
public sealed class MongoUserAwayTests(MongoTestDatabase database) : IClassFixture<MongoTestDatabase>, IAsyncLifetime
{
    private ProxiedMongoStore proxied = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IUserStore Users => proxied.Store.Users;

    public async ValueTask InitializeAsync()
    {
        proxied = await ProxiedMongoStore.OpenAsync(database);
        await proxied.Store.EnsureUserIndexesAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (proxied is not null) await proxied.DisposeAsync();
    }

    [Theory]
    [InlineData("findAndModify", "counters")]
    [InlineData("insert", "users")]
    public async Task A_new_account_whose_answer_was_lost_is_there_once_and_answered_as_added(string command, string collection)
    {
        await AddedAsync(AnAccount()); // The counter is there.
        proxied.Proxy.LoseAnswerTo(command, collection);

        var user = await AddedAsync(AnAccount());

        Assert.Equal(1, proxied.Proxy.Lost);
        Assert.Equal(user, await Users.FindByUsernameAsync(user.Username, Ct));
        Assert.Equal([1], await VersionsAsync(user.Id));
    }

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_made_once_and_answered_as_updated()
    {
        var user = await AddedAsync(AnAccount());
        var next = user.Next(u => u with { FirstName = "Next" });
        proxied.Proxy.LoseAnswerTo("update", "users");

        Assert.Equal(UpdateUserOutcome.Updated, await Users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), Ct));

        Assert.Equal(1, proxied.Proxy.Lost);
        Assert.Equal(next, await Users.FindAsync(user.Id, Ct));
        Assert.Equal([1, 2], await VersionsAsync(user.Id));
    }

    [Theory]
    [InlineData("insert")]
    [InlineData("update")]
    public async Task A_reserved_account_whose_answer_was_lost_becomes_real_once(string command)
    {
        var draft = AnAccount().ReservedFor(Change.NewId());
        proxied.Proxy.LoseAnswerTo(command, "users");

        var (outcome, id) = await Users.ReserveAsync(draft, Ct);
        var active = (draft with { Id = id }).Activate();
        var activated = await Users.ActivateAsync(id, draft.ReservedBy!, active.AsChange(AuditAction.UserCreated), Ct);

        Assert.Equal((AddUserOutcome.Added, true, 1), (outcome, activated, proxied.Proxy.Lost));
        Assert.Equal(active, await Users.FindAsync(id, Ct));
        Assert.Equal([1], await VersionsAsync(id));
    }

    [Fact]
    public async Task An_attempt_whose_answer_was_lost_is_counted_once()
    {
        var user = await AddedAsync(AnAccount());
        proxied.Proxy.LoseAnswerTo("findAndModify", "users");

        Assert.Equal(1, (await Users.CountAttemptAsync(user.Id, Now, Ct)).Number);

        Assert.Equal(1, proxied.Proxy.Lost);
        Assert.Equal(2, (await Users.CountAttemptAsync(user.Id, Now, Ct)).Number);
    }

    [Fact]
    public async Task Lets_nobody_in_while_it_is_away()
    {
        var user = await AddedAsync(AnAccount());
        proxied.Proxy.Cut();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Users.CountAttemptAsync(user.Id, Now, Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Users.FindByUsernameAsync(user.Username, Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AddedAsync(AnAccount()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Users.RemoveReservedAsync("nobody", Ct));
    }

#if FAILPOINTS
    // The driver repeats a write by itself, so an outage that lasts longer is what the store sees.
    [Fact]
    public async Task Looks_up_what_became_of_a_write_before_it_answers()
    {
        var user = await LosingAsync(MongoFailpoints.UserAddAfterInsert, () => AddedAsync(AnAccount()));
        Assert.Equal(user, await Users.FindAsync(user.Id, Ct));

        var next = user.Next(u => u with { FirstName = "Next" });
        var updated = await LosingAsync(MongoFailpoints.UserUpdateAfter, () => Users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), Ct));
        Assert.Equal((UpdateUserOutcome.Updated, next), (updated, await Users.FindAsync(user.Id, Ct)));

        var draft = AnAccount().ReservedFor(Change.NewId());
        var (_, id) = await LosingAsync(MongoFailpoints.UserAddAfterInsert, () => Users.ReserveAsync(draft, Ct));
        var active = (draft with { Id = id }).Activate();
        Assert.True(await LosingAsync(MongoFailpoints.UserUpdateAfter, () => Users.ActivateAsync(id, draft.ReservedBy!, active.AsChange(), Ct)));
        Assert.Equal([1, 2], await VersionsAsync(user.Id));
        Assert.Equal([1], await VersionsAsync(id));
    }

    [Fact]
    public async Task Says_that_it_does_not_know_of_a_write_that_may_still_come()
    {
        var there = await AddedAsync(AnAccount());
        var user = AnAccount();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => LosingAsync(MongoFailpoints.UserAddBeforeInsert, () => AddedAsync(user)));
        Assert.Null(await Users.FindByUsernameAsync(user.Username, Ct));

        var next = there.Next(u => u with { FirstName = "Next" });
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => LosingAsync(MongoFailpoints.UserUpdateBefore, () => Users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), Ct)));
        Assert.Equal(there, await Users.FindAsync(there.Id, Ct));
    }

    private static async Task<T> LosingAsync<T>(string failpoint, Func<Task<T>> write)
    {
        Failpoint.Passed = name => _ = name == failpoint ? throw new FailpointException(name) : name;
        try
        {
            return await write();
        }
        finally
        {
            Failpoint.Passed = null;
        }
    }
#endif

    private async Task<User> AddedAsync(User user)
    {
        var (outcome, id) = await Users.AddAsync(user, added => (user with { Id = added }).AsChange(AuditAction.UserCreated), Ct);
        Assert.Equal(AddUserOutcome.Added, outcome);
        return user with { Id = id };
    }

    private async Task<List<long>> VersionsAsync(UserId id) =>
        [.. (await proxied.Store.UserChanges.PendingAsync(1000, Ct)).Where(c => c.EntityId == id.ToString()).Select(c => c.EntityVersion!.Value)];
}
