using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Accounts;

/// <summary>
/// How often passwords may be guessed wrong, in any 60 seconds: 20 times for one account name, whether it exists or not, and
/// 100 times from one address (an IPv6 address counts as its /64, which one customer has to themselves). Kept in
/// memory, by each process for itself; who is not heard of for longest is forgotten first once 10,000 are remembered.
/// </summary>
internal sealed class GuessLimits(TimeProvider time)
{
    public const int FailuresAtAnAccount = 20;
    public const int FailuresFromAnAddress = 100;
    public const int MaxRemembered = 10_000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly RecentEvents accounts = new(FailuresAtAnAccount, Window, MaxRemembered, time);
    private readonly RecentEvents addresses = new(FailuresFromAnAddress, Window, MaxRemembered, time);

    /// <summary>How long to wait before another attempt; null when it may be made now.</summary>
    public TimeSpan? MustWait(string? address, string account) =>
        addresses.UntilRoom(Network(address)) ?? accounts.UntilRoom(Fingerprint(account));

    /// <summary>Counts a wrong password or name against the address and the account.</summary>
    public void Failed(string? address, string account)
    {
        addresses.TryAdd(Network(address));
        accounts.TryAdd(Fingerprint(account));
    }

    // A mistyped name may be a password, and may be a megabyte: neither is kept.
    private static string Fingerprint(string account) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(User.Normalize(account))));

    // All that come without an address share one place.
    internal static string Network(string? address)
    {
        if (!IPAddress.TryParse(address, out var parsed)) return "";
        if (parsed.IsIPv4MappedToIPv6) parsed = parsed.MapToIPv4();
        return parsed.AddressFamily is AddressFamily.InterNetworkV6 ? Convert.ToHexString(parsed.GetAddressBytes().AsSpan(0, 8)) : parsed.ToString();
    }
}
