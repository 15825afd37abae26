using System.Globalization;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Api;

/// <summary>Account ids as they stand in a path.</summary>
internal static class RouteIds
{
    public static Error BadUser { get; } = Error.Invalid("id", "is a whole number.");

    public static UserId? User(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new UserId(id) : null;
}
