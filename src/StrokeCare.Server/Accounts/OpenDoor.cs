using StrokeCare.Accounts;

namespace StrokeCare.Server.Accounts;

/// <summary>What anybody may ask without signing in and that costs us a password hash or a mail: 300 a minute from one address.</summary>
internal sealed class OpenDoor(TimeProvider time)
{
    public const int RequestsFromAnAddress = 300;

    private readonly RecentEvents requests = new(RequestsFromAnAddress, GuessLimits.Window, GuessLimits.MaxRemembered, time);

    private static readonly Error TooMany = new(ErrorKind.TooMany, "request.too_many", "Too many requests from this address. Wait before you try again.");

    /// <summary>Counts the request and answers null; or the refusal with how long to wait, and then nothing is counted.</summary>
    public Error? Refusal(string? address) => requests.TryAdd(GuessLimits.Network(address)) is { } wait ? TooMany with { RetryAfter = wait } : null;
}
