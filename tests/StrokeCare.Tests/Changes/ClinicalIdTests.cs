using System.Collections.Concurrent;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Changes;

public sealed class ClinicalIdTests
{
    private static readonly Gen<ClinicalId> Ids = Gen.Select(Gen.UInt, Gen.ULong, (seconds, rest) => new ClinicalId(seconds, rest));

    [Fact]
    public void Is_24_lower_case_hex_digits_that_read_back()
    {
        var id = new ClinicalId(0x6742_A1B2, 0x0102_0304_0506_0708);
        Assert.Equal("6742a1b20102030405060708", id.ToString());
        Assert.Equal(id, ClinicalId.Parse("6742a1b20102030405060708"));
        Assert.Equal(Convert.FromHexString("6742a1b20102030405060708"), id.ToBytes());
    }

    [Fact]
    public void Every_id_survives_text_and_bytes_and_sorts_alike_as_both() =>
        Gen.Select(Ids, Ids).Sample((a, b) =>
            ClinicalId.Parse(a.ToString()) == a
            && ClinicalId.FromBytes(a.ToBytes()) == a
            && Math.Sign(a.CompareTo(b)) == Math.Sign(string.CompareOrdinal(a.ToString(), b.ToString()))
            && Math.Sign(a.CompareTo(b)) == Math.Sign(a.ToBytes().AsSpan().SequenceCompareTo(b.ToBytes()))
            && (a < b) == (b > a) && (a <= b) == (b >= a));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("6742a1b2010203040506070")]
    [InlineData("6742a1b20102030405060708 ")]
    [InlineData("6742a1b2010203040506070g")]
    [InlineData("0x42a1b20102030405060708")]
    [InlineData("{\"$ne\":null}            ")]
    public void Refuses_what_is_not_24_hex_digits(string? text)
    {
        Assert.False(ClinicalId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ClinicalId.Parse(text!));
    }

    [Fact]
    public void Ids_rise_while_the_clock_moves_stands_or_steps_back()
    {
        var steps = new SteppingClock(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var ids = new ClinicalIds(steps);
        var random = new Random(20_260_301);
        var last = ids.Next();
        for (var i = 0; i < 20_000; i++)
        {
            if (random.Next(50) == 0) steps.Step(TimeSpan.FromSeconds(random.Next(-3600, 3700)));
            var next = ids.Next();
            Assert.True(next > last, $"{next} came after {last}");
            last = next;
        }
    }

    [Fact]
    public void An_id_tells_the_second_it_was_made_in()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 999, TimeSpan.Zero));
        Assert.Equal(clock.GetUtcNow().ToUnixTimeSeconds(), new ClinicalIds(clock).Next().Seconds);
    }

    [Fact]
    public void More_ids_than_a_second_counts_go_on_in_the_next_second()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var ids = new ClinicalIds(clock);
        var first = ids.Next();
        var last = first;
        for (var i = 0; i < 0x100_0000; i++)
        {
            var next = ids.Next();
            if (next <= last) Assert.Fail($"{next} came after {last}");
            last = next;
        }

        Assert.Equal(first.Seconds + 1, last.Seconds);
    }

    [Fact]
    public void Eight_threads_and_two_processes_never_make_the_same_id()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        ClinicalIds[] processes = [new(clock), new(clock)];
        var seen = new ConcurrentDictionary<ClinicalId, bool>();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            for (var i = 0; i < 25_000; i++) Assert.True(seen.TryAdd(processes[thread % 2].Next(), true));
        });
        Assert.Equal(200_000, seen.Count);
    }

    // FakeTimeProvider refuses to go back; real clocks do not.
    private sealed class SteppingClock(DateTimeOffset start) : TimeProvider
    {
        private DateTimeOffset now = start;

        public override DateTimeOffset GetUtcNow() => now;

        public void Step(TimeSpan by) => now += by;
    }
}
