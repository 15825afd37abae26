using System.Net;

namespace StrokeCare.Server.Settings;

/// <summary>Where the portal listens, and which proxies may say whom they speak for.</summary>
internal sealed record ListenOptions
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Only their X-Forwarded-For and X-Forwarded-Proto are believed. Empty: nobody's.</summary>
    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    public static ListenOptions From(IConfiguration settings)
    {
        var proxies = Parts(settings.Text("STROKECARE_TRUSTED_PROXIES")).Select(Network).ToList();
        var urls = Parts(settings.Text("STROKECARE_URLS") ?? DefaultUrl);
        if (urls.Length == 0) throw new SettingException("STROKECARE_URLS", "names no address.");
        foreach (var url in urls) Check(url, behindProxy: proxies.Count > 0);
        return new() { Urls = urls, TrustedProxies = proxies };
    }

    private static string[] Parts(string? list) =>
        list?.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static void Check(string url, bool behindProxy)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new SettingException("STROKECARE_URLS", $"{url} is not an http or https address.");
        if (uri.Scheme == "http" && !uri.IsLoopback && !behindProxy)
            throw new SettingException(
                "STROKECARE_URLS",
                $"{url} would send passwords and records in the clear. Use https, or a proxy that ends TLS and is listed in STROKECARE_TRUSTED_PROXIES.");
    }

    private static IPNetwork Network(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        if (IPAddress.TryParse(text, out var address)) return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new SettingException("STROKECARE_TRUSTED_PROXIES", $"{text} is neither an address nor a network such as 10.0.0.0/8.");
    }
}
