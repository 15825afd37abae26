namespace StrokeCare;

/// <summary>Time as the stores keep it.</summary>
internal static class RecordedTime
{
    public static DateTimeOffset WholeMilliseconds(this DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
