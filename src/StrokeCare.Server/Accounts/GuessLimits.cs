using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Accounts;

/// <summary>
/// How often passwords may be guessed, in any 60 seconds: 20 attempts at one account name, whether it exists or not, and
/// 100 failures from one address (an IPv6 address counts as its /64, which one customer has to themselves). Kept in
/// memory, by each process for itself; who is not heard of for longest is forgotten first once 10,000 are remembered.
/// </summary>
internal sealed class GuessLimits(TimeProvider time)
{
    public const int AttemptsAtAnAccount = 20;
    public const int FailuresFromAnAddress = 100;
    public const int MaxRemembered = 10_000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly RecentEvents attempts = new(AttemptsAtAnAccount, Window, MaxRemembered, time);
    private readonly RecentEvents failures = new(FailuresFromAnAddress, Window, MaxRemembered, time);

    /// <summary>Counts an attempt at the account and answers null; or how long to wait, and then nothing is counted.</summary>
    public TimeSpan? MustWait(string? address, string account) =>
        failures.UntilRoom(Network(address)) ?? attempts.TryAdd(Fingerprint(account));

    /// <summary>Counts a wrong password or name against the address.</summary>
    public void Failed(string? address) => failures.TryAdd(Network(address));

    // A mistyped name may be a password, and may be a megabyte: neither is kept.
    private static string Fingerprint(string account) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(User.Normalize(account))));

    // All that come without an address share one place.
    private static string Network(string? address)
    {
        if (!IPAddress.TryParse(address, out var parsed)) return "";
        if (parsed.IsIPv4MappedToIPv6) parsed = parsed.MapToIPv4();
        return parsed.AddressFamily is AddressFamily.InterNetworkV6 ? Convert.ToHexString(parsed.GetAddressBytes().AsSpan(0, 8)) : parsed.ToString();
    }
}
