using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Server.Api;

/// <summary>Who asks, as authentication resolved it from the store on this request.</summary>
internal sealed record Caller(ResolvedActor Resolved)
{
    public Actor Actor => Resolved.Actor;

    public User User => Resolved.User;

    public Session Session => Resolved.Session;

    public static ValueTask<Caller> BindAsync(HttpContext http) => ValueTask.FromResult(
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint takes a Caller and is open to anyone."));
}

internal static class Origins
{
    /// <summary>Where the request comes from, cut to what the log can hold.</summary>
    public static Origin Of(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        return new(address?.ToString(), RecordedText.Cut(http.Request.Headers.UserAgent.ToString(), Change.UserAgentMaxLength));
    }
}
