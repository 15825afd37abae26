using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Sql;

public sealed class IntentStoreTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_123);

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_intent_of_every_kind_reads_back_as_it_was_added(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        foreach (var kind in Enum.GetValues<IntentKind>())
        {
            var bare = AnIntent(Now) with { Kind = kind };
            var full = AnIntent(Now) with { Kind = kind, PatientId = new(SqlTestStore.Ids.Next()), UserId = new(7), Payload = [.. Enumerable.Range(0, 256).Select(b => (byte)b)] };
            foreach (var intent in new[] { bare, full })
            {
                await test.Store.Intents.AddAsync(intent, default);
                await test.Store.Intents.AddAsync(intent, default);

                Assert.Equivalent(intent, await test.Store.Intents.FindAsync(intent.Id, default), strict: true);
            }
        }

        Assert.Null(await test.Store.Intents.FindAsync("nothing", default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Finds_those_left_open_oldest_first(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var intents = Enumerable.Range(0, 6).Select(i => AnIntent(Now.AddSeconds(i))).ToList();
        foreach (var intent in Enumerable.Reverse(intents)) await test.Store.Intents.AddAsync(intent, default);
        await test.Store.Intents.CloseAsync(intents[1].Id, "done", Now, default);

        var open = await test.Store.Intents.OpenAsync(Now.AddSeconds(5), null, 100, default);

        Assert.Equal([intents[0].Id, intents[2].Id, intents[3].Id, intents[4].Id], open.Select(i => i.Id));
        Assert.Equal([intents[0].Id, intents[2].Id], (await test.Store.Intents.OpenAsync(Now.AddSeconds(5), null, 2, default)).Select(i => i.Id));
        Assert.Equal([intents[3].Id, intents[4].Id], (await test.Store.Intents.OpenAsync(Now.AddSeconds(5), intents[2], 2, default)).Select(i => i.Id));
        Assert.Empty(await test.Store.Intents.OpenAsync(Now, null, 100, default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_newer_program_has_begun_is_left_to_it(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var (known, newer) = (AnIntent(Now), AnIntent(Now));
        await test.Store.Intents.AddAsync(known, default);
        await test.Store.Intents.AddAsync(newer, default);
        await test.Store.Writer.WriteAsync(session => session.Execute(new Statement("UPDATE intents SET kind = 'teleportation' WHERE id = $1", SqlType.Text), newer.Id), default);

        Assert.Equal([known.Id], (await test.Store.Intents.OpenAsync(Now.AddSeconds(5), null, 100, default)).Select(i => i.Id));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Closing_erases_the_payload_and_keeps_the_first_word_on_how_it_ended(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var intent = AnIntent(Now);
        await test.Store.Intents.AddAsync(intent, default);

        await test.Store.Intents.CloseAsync(intent.Id, "done", Now.AddSeconds(1), default);
        await test.Store.Intents.CloseAsync(intent.Id, "refused", Now.AddSeconds(2), default);
        await test.Store.Intents.CloseAsync("nothing", "done", Now, default);
        await test.Store.Intents.AddAsync(intent, default);

        // Nobody is to carry it on, and without its payload nobody could.
        Assert.Null(await test.Store.Intents.FindAsync(intent.Id, default));
        Assert.Empty(await test.Store.Intents.OpenAsync(Now.AddDays(1), null, 100, default));
        var rows = await test.Store.Readers.QueryAsync(
            new Statement("SELECT outcome, closed_at, payload IS NULL FROM intents"), row => (row.GetString(0), row.Milliseconds(1), row.GetBoolean(2)), [], default);
        Assert.Equal(("done", Now.AddSeconds(1), true), Assert.Single(rows));
    }

    internal static Intent AnIntent(DateTimeOffset at) => new() { Id = Change.NewId(), Kind = IntentKind.SelfRegistration, Payload = [1, 2, 3], CreatedAt = at };
}
