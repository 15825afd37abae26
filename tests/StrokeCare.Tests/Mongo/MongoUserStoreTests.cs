using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Tests.Accounts;

namespace StrokeCare.Tests.Mongo;

/// <summary>The accounts' contract on MongoDB.</summary>
public sealed class MongoUsers : UserStoreFixture
{
    private readonly MongoTestDatabase database = new();
    private readonly ChangeSignal changed = new();
    private readonly RecordedQueries queries = new();
    private MongoStore? store;

    /// <summary>Nothing carries them here: all are pending.</summary>
    public override async Task<IReadOnlyList<DurableChange>> ChangesAsync(CancellationToken ct) =>
        [.. (await store!.UserChanges.PendingAsync(100_000, ct)).Select(DurableChange.Of)];

    protected override async Task<UsersUnderTest> OpenAsync()
    {
        var uri = TestEngines.RequireMongo();
        database.Client.GetDatabase(database.Name);
        store = await MongoStore.OpenAsync(queries.Watching(MongoAddress.Read(uri)), database.Name, changed, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await store.EnsureUserIndexesAsync(CancellationToken.None);
        return new(store.Users, store.UserChanges);
    }

    protected override async ValueTask CloseAsync()
    {
        await store!.DisposeAsync();
        changed.Dispose();
        await database.DisposeAsync();
        queries.AssertServed();
    }
}

public sealed class MongoUserStoreTests(MongoUsers users) : UserStoreContract<MongoUsers>(users);

public sealed class MongoUserUpdateTests(MongoUsers users) : UserUpdateContract<MongoUsers>(users);

public sealed class MongoUserAttemptsTests(MongoUsers users) : UserAttemptsContract<MongoUsers>(users);

public sealed class MongoUserReservationTests(MongoUsers users) : UserReservationContract<MongoUsers>(users);

public sealed class MongoUserListTests(MongoUsers users) : UserListContract<MongoUsers>(users);
