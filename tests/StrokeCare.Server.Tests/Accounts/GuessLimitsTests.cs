using Microsoft.Extensions.Time.Testing;
using StrokeCare.Accounts;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Tests.Accounts;

public sealed class GuessLimitsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly GuessLimits limits;

    public GuessLimitsTests() => limits = new(time);

    [Fact]
    public void Twenty_failures_at_an_account_in_any_60_seconds_however_it_is_written_and_wherever_from()
    {
        for (var i = 0; i < GuessLimits.FailuresAtAnAccount; i++)
        {
            Assert.Null(limits.MustWait($"192.0.2.{i}", "grace"));
            limits.Failed($"192.0.2.{i}", i % 2 == 0 ? "grace" : " ＧＲＡＣＥ ");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(TimeSpan.FromSeconds(40), limits.MustWait("198.51.100.1", "Grace"));
        Assert.Null(limits.MustWait("198.51.100.1", "ada"));

        // There is room for one when the first is a minute old, and for one only.
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(limits.MustWait("198.51.100.1", "grace"));
        limits.Failed("198.51.100.1", "grace");
        Assert.Equal(TimeSpan.FromSeconds(1), limits.MustWait("198.51.100.1", "grace"));
    }

    [Fact]
    public void A_hundred_failures_from_an_address_in_any_60_seconds_and_successes_count_for_nothing()
    {
        for (var i = 0; i < GuessLimits.FailuresFromAnAddress; i++) Assert.Null(limits.MustWait("192.0.2.1", "well"));
        Assert.Null(limits.MustWait("192.0.2.1", "well"));
        for (var i = 0; i < GuessLimits.FailuresFromAnAddress; i++) limits.Failed("192.0.2.1", $"name {i}");
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TimeSpan.FromSeconds(1), limits.MustWait("192.0.2.1", "another"));
        Assert.Null(limits.MustWait("192.0.2.2", "another"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(limits.MustWait("192.0.2.1", "another"));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", true)]
    [InlineData(null, null, true)]
    [InlineData(null, "192.0.2.7", false)]
    public void An_IPv6_address_counts_as_its_network(string? failed, string? asking, bool same)
    {
        for (var i = 0; i < GuessLimits.FailuresFromAnAddress; i++) limits.Failed(failed, $"name {i}");
        Assert.Equal(same, limits.MustWait(asking, "grace") is not null);
    }

    [Fact]
    public void No_more_keys_are_kept_than_there_is_room_for_and_the_longest_unheard_of_go_first()
    {
        var events = new RecentEvents(2, TimeSpan.FromMinutes(1), 100, time);
        for (var i = 0; i < 10_000; i++)
        {
            events.TryAdd("the one guessed at");
            events.TryAdd($"{i}");
        }

        Assert.Equal(100, events.Keys);
        Assert.NotNull(events.UntilRoom("the one guessed at"));
        Assert.Null(events.UntilRoom("1"));
    }

    [Fact]
    public void Many_threads_at_once_get_no_more_than_the_limit()
    {
        var events = new RecentEvents(GuessLimits.FailuresAtAnAccount, GuessLimits.Window, 100, time);
        var let = 0;
        Parallel.For(0, 1_000, _ =>
        {
            if (events.TryAdd("grace") is null) Interlocked.Increment(ref let);
        });
        Assert.Equal(GuessLimits.FailuresAtAnAccount, let);
    }
}
