using System.Globalization;
using StrokeCare.Changes;

namespace StrokeCare.Server.Api;

/// <summary>The body of a change that needs nothing but the version seen, for callers that do not send If-Match.</summary>
internal sealed record VersionSeen
{
    public long? Version { get; init; }
}

/// <summary>A change as it was sent, and the version that its sender saw.</summary>
internal sealed record GuardedChange<T>(T Command, ExpectedVersion Expected);

/// <summary>A record's version as ETag, and back from If-Match.</summary>
internal static class Versions
{
    public static void SetETag(this HttpContext http, long version) =>
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The body of a change with its version, from If-Match or from the body itself; the body's faults come first.</summary>
    public static Result<GuardedChange<T>> Guarded<T>(this HttpContext http, JsonBody<T> body, Func<T, long?> versionOf)
        where T : class
    {
        if (!body.Read.Succeeded) return body.Read.Error;
        var expected = http.Expected(versionOf(body.Read.Value));
        return expected.Succeeded ? new GuardedChange<T>(body.Read.Value, expected.Value) : expected.Error;
    }

    public static Result<ExpectedVersion> Expected(this HttpContext http, long? body)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0) return new ExpectedVersion(null, body);
        return header.ToString() is ['"', .. var digits, '"'] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new ExpectedVersion(version, body)
            : Error.Invalid("If-Match", "is the version seen, in quotes, such as \"3\".");
    }
}
