namespace StrokeCare.Demo;

/// <summary>A clock that stands where it is put: the clinic's past is written in order, with the times it would have had.</summary>
internal sealed class BackdatedTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
