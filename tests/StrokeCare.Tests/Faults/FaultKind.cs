using MongoDB.Bson;

namespace StrokeCare.Tests.Faults;

/// <summary>What happens to a write command on its way: for how many sendings of it, so that twice is the driver's own retry as well.</summary>
internal sealed record FaultKind(string Name, int Times, BsonDocument Data)
{
    /// <summary>Beyond the time-out of <see cref="FastClock"/>.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1.7);

    private const int NotWritablePrimary = 10107;
    private const int InterruptedByStepDown = 11602;
    private const int WriteConflict = 112;

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("dropped before it was applied", 1, Dropped("before")),
        new("dropped before it was applied, and its retry", 2, Dropped("before")),
        new("dropped after it was applied", 1, Dropped("after")),
        new("dropped after it was applied, and its retry", 2, Dropped("after")),
        new("delayed beyond the time-out and then applied", 1, Delayed("before")),
        new("applied and answered beyond the time-out", 1, Delayed("after")),
        new("not writable primary", 1, Refused(NotWritablePrimary, "before")),
        new("not writable primary, and for its retry", 2, Refused(NotWritablePrimary, "before")),
        new("stepped down after it was applied", 1, Refused(InterruptedByStepDown, "after")),
        new("write conflict", 1, Refused(WriteConflict, "before")),
    ];

    public bool IsSlow => Data.Contains("blockConnection");

    private static BsonDocument Dropped(string when) => new() { { "closeConnection", true }, { "when", when } };

    private static BsonDocument Delayed(string when) => new() { { "blockConnection", true }, { "blockTimeMS", Delay.TotalMilliseconds }, { "when", when } };

    private static BsonDocument Refused(int code, string when) => new() { { "errorCode", code }, { "when", when } };
}

/// <summary>Timers and stopwatches run four times as fast: a time-out of five seconds is over in a second and a quarter. The time of day is right.</summary>
internal sealed class FastClock : TimeProvider
{
    private const int Times = 4;

    public override long GetTimestamp() => Times * System.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Faster(dueTime), Faster(period));

    private static TimeSpan Faster(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Times;
}
