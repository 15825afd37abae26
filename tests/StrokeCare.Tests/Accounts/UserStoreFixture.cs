using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Accounts;

/// <summary>The accounts of one engine as the contract suite sees them; <paramref name="Versions"/> is asked for versions only.</summary>
public sealed record UsersUnderTest(IUserStore Users, IChangeSource Versions);

/// <summary>A change that is durable, wherever it is on its way into the log; <paramref name="Event"/> is its wire name.</summary>
public sealed record DurableChange(string ChangeId, string Event, string? EntityId, long? EntityVersion)
{
    public static DurableChange Of(Change change) => new(change.ChangeId, change.Action.Wire(), change.EntityId, change.EntityVersion);

    public static DurableChange Of(LogRow row) => new(row.ChangeId, row.EventType, row.EntityId, row.EntityVersion);
}

/// <summary>
/// One engine's accounts in a fresh database for one test class, built by what ships. It opens with the first test that
/// asks, so that a missing engine skips tests instead of breaking the class.
/// </summary>
public abstract class UserStoreFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim opening = new(1);
    private UsersUnderTest? opened;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<UsersUnderTest> StoreAsync()
    {
        await opening.WaitAsync();
        try
        {
            return opened ??= await OpenAsync();
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>Every change this store has made durable: in the log at once, or pending with its account.</summary>
    public abstract Task<IReadOnlyList<DurableChange>> ChangesAsync(CancellationToken ct);

    public async ValueTask DisposeAsync()
    {
        if (opened is not null) await CloseAsync();
        opening.Dispose();
    }

    /// <summary>Opens the store in a new database, or skips the test when its engine is not there.</summary>
    protected abstract Task<UsersUnderTest> OpenAsync();

    /// <summary>Called only if <see cref="OpenAsync"/> succeeded.</summary>
    protected abstract ValueTask CloseAsync();
}

/// <summary>A part of the accounts' contract. For each engine there is a subclass of one line; tests of a class share its database.</summary>
public abstract class UserContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>, IAsyncLifetime
    where TFixture : UserStoreFixture
{
    protected IUserStore Users { get; private set; } = null!;

    protected IChangeSource Versions { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => (Users, Versions) = await fixture.StoreAsync();

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(User user) =>
        Users.AddAsync(user, id => (user with { Id = id }).AsChange(AuditAction.UserCreated), Ct);

    protected async Task<User> AddedAsync(User user)
    {
        var (outcome, id) = await AddAsync(user);
        Assert.Equal(AddUserOutcome.Added, outcome);
        return user with { Id = id };
    }

    protected async Task<User> ReservedAsync(User draft)
    {
        var (outcome, id) = await Users.ReserveAsync(draft, Ct);
        Assert.Equal(AddUserOutcome.Added, outcome);
        return draft with { Id = id };
    }

    protected Task<UpdateUserOutcome> UpdateAsync(User next, FailedAttempts attempts = FailedAttempts.Keep) =>
        Users.UpdateAsync(next, attempts, next.AsChange(), Ct);

    protected async Task<User> StoredAsync(UserId id)
    {
        var stored = await Users.FindAsync(id, Ct);
        Assert.NotNull(stored);
        return stored;
    }

    protected async Task<List<DurableChange>> ChangesOfAsync(UserId id) =>
        [.. (await fixture.ChangesAsync(Ct)).Where(c => c.EntityId == id.ToString()).OrderBy(c => c.EntityVersion)];

    /// <summary>The versions the log has or will have of an account, each as often as it will have it.</summary>
    protected async Task<List<long?>> VersionsOfAsync(UserId id) => (await ChangesOfAsync(id)).ConvertAll(c => c.EntityVersion);
}
