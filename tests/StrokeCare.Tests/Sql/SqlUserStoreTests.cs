using StrokeCare.Tests.Accounts;

namespace StrokeCare.Tests.Sql;

public abstract class SqlUserStoreFixture(string engine) : UserStoreFixture
{
    private SqlTestStore? test;

    /// <summary>Accounts append their changes in their own transaction: the log has all there are.</summary>
    public override async Task<IReadOnlyList<DurableChange>> ChangesAsync(CancellationToken ct) =>
        [.. (await test!.Store.Log.ReadAfterAsync(0, 100_000, ct)).Select(DurableChange.Of)];

    protected override async Task<UsersUnderTest> OpenAsync()
    {
        test = await SqlTestStore.NewAsync(engine);
        return new(test.Store.Users, test.Store.UserVersions);
    }

    protected override async ValueTask CloseAsync()
    {
        if (test is not null) await test.DisposeAsync();
    }
}

public sealed class SqliteUsersFixture() : SqlUserStoreFixture("sqlite");

public sealed class PostgreSqlUsersFixture() : SqlUserStoreFixture("postgresql");

public sealed class SqliteUserStoreTests(SqliteUsersFixture fixture) : UserStoreContract<SqliteUsersFixture>(fixture);

public sealed class SqliteUserUpdateTests(SqliteUsersFixture fixture) : UserUpdateContract<SqliteUsersFixture>(fixture);

public sealed class SqliteUserAttemptsTests(SqliteUsersFixture fixture) : UserAttemptsContract<SqliteUsersFixture>(fixture);

public sealed class SqliteUserReservationTests(SqliteUsersFixture fixture) : UserReservationContract<SqliteUsersFixture>(fixture);

public sealed class SqliteUserListTests(SqliteUsersFixture fixture) : UserListContract<SqliteUsersFixture>(fixture);

public sealed class PostgreSqlUserStoreTests(PostgreSqlUsersFixture fixture) : UserStoreContract<PostgreSqlUsersFixture>(fixture);

public sealed class PostgreSqlUserUpdateTests(PostgreSqlUsersFixture fixture) : UserUpdateContract<PostgreSqlUsersFixture>(fixture);

public sealed class PostgreSqlUserAttemptsTests(PostgreSqlUsersFixture fixture) : UserAttemptsContract<PostgreSqlUsersFixture>(fixture);

public sealed class PostgreSqlUserReservationTests(PostgreSqlUsersFixture fixture) : UserReservationContract<PostgreSqlUsersFixture>(fixture);

public sealed class PostgreSqlUserListTests(PostgreSqlUsersFixture fixture) : UserListContract<PostgreSqlUsersFixture>(fixture);
