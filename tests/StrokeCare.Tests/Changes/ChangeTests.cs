using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Changes;

public sealed class ChangeTests
{
    [Fact]
    public void What_is_recorded_about_a_request_is_cut_to_its_column_before_it_can_be_hashed()
    {
        var change = AChange() with
        {
            Description = new string('d', 5000),
            UserAgent = "agent\0" + new string('a', 5000),
            ActorName = new string('n', 5000),
            TargetUsername = new string('t', 5000),
            IpAddress = new string('1', 5000),
            AdditionalData = new string('x', 50_000),
        };
        Assert.Equal(Change.DescriptionMaxLength, change.Description.Length);
        Assert.Equal(Change.UserAgentMaxLength, change.UserAgent!.Length);
        Assert.StartsWith("agenta", change.UserAgent, StringComparison.Ordinal);
        Assert.Equal(Change.UsernameMaxLength, change.ActorName!.Length);
        Assert.Equal(Change.UsernameMaxLength, change.TargetUsername!.Length);
        Assert.Equal(Change.IpMaxLength, change.IpAddress!.Length);
        Assert.Equal(Change.AdditionalDataMaxLength, change.AdditionalData!.Length);
    }

    [Fact]
    public void Time_is_kept_as_UTC_in_whole_milliseconds()
    {
        var change = AChange() with { At = new DateTimeOffset(2026, 3, 1, 14, 0, 0, 123, 456, TimeSpan.FromHours(2)) };
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero), change.At);
        Assert.Equal(TimeSpan.Zero, change.At.Offset);
    }

    [Fact]
    public void Change_ids_are_32_hex_digits_and_never_the_same()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => Change.NewId()).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(10_000, ids.Count);
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
    }

    [Fact]
    public void The_operator_and_the_anonymous_caller_have_no_user_id_in_the_log() =>
        Assert.Null(LogRow.After(LogHead.Empty, AChange() with { ActorId = new(0) }).UserId);

    private static Change AChange() => new()
    {
        ChangeId = "c1",
        Action = AuditAction.Login,
        At = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Description = "Sign-in",
    };
}
