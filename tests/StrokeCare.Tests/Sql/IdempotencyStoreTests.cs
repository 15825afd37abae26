using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Sql;

public sealed class IdempotencyStoreTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_000);

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task All_racers_under_one_key_get_one_id_and_one_request(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await using var other = await test.AnotherAsync();
        var scope = new IdempotencyScope(new UserId(1), "POST /api/patients/register", "k");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() =>
            (i % 2 == 0 ? test : other).Store.IdempotencyKeys.ReserveAsync(scope, Proposed((byte)i), Now, default))));

        var first = answers[0];
        Assert.All(answers, answer => Assert.Equal((first.Id, first.RequestHash[0]), (answer.Id, answer.RequestHash[0])));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_belongs_to_its_actor_and_route_and_remembers_success(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var keys = test.Store.IdempotencyKeys;
        var scope = new IdempotencyScope(null, "r", "k");
        var mine = await keys.ReserveAsync(scope, Proposed(1), Now, default);
        var others = await keys.ReserveAsync(scope with { Actor = new UserId(2) }, Proposed(2), Now, default);

        await keys.CompleteAsync(scope, 201, default);

        Assert.NotEqual(mine.Id, others.Id);
        Assert.Equal((mine.Id, 201), (await keys.ReserveAsync(scope, Proposed(3), Now, default)) is var again ? (again.Id, again.Status) : default);
        Assert.Null((await keys.ReserveAsync(scope with { Actor = new UserId(2) }, Proposed(4), Now, default)).Status);
        Assert.NotEqual(mine.Id, (await keys.ReserveAsync(scope with { Key = "K" }, Proposed(5), Now, default)).Id);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_is_free_again_after_a_day(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var keys = test.Store.IdempotencyKeys;
        var scope = new IdempotencyScope(new UserId(1), "r", "k");
        var first = await keys.ReserveAsync(scope, Proposed(1), Now, default);

        var kept = await keys.ReserveAsync(scope, Proposed(2), Now + IdempotencyScope.Kept - TimeSpan.FromMilliseconds(1), default);
        var renewed = await keys.ReserveAsync(scope, Proposed(3), Now + IdempotencyScope.Kept, default);

        Assert.Equal(first.Id, kept.Id);
        Assert.NotEqual(first.Id, renewed.Id);
        Assert.Equal(3, renewed.RequestHash[0]);
    }

    private static Reservation Proposed(byte hash) => new(SqlTestStore.Ids.Next(), [hash], null);
}
