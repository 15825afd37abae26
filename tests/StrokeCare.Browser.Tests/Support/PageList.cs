using System.Reflection;
using Microsoft.AspNetCore.Components;
using StrokeCare.Accounts;
using StrokeCare.Server.Portal;

namespace StrokeCare.Browser.Tests.Support;

/// <summary>A page as its route names it, and as whom it is looked at: null is nobody.</summary>
public sealed record ListedPage(string Route, Role? As)
{
    public override string ToString() => $"{Route} as {As?.ToString() ?? "nobody"}";
}

/// <summary>Every page there is, from the routes of the program itself: one that is added is in every run from then on.</summary>
public static class PageList
{
    /// <summary>They answer by leading on; what they lead to is looked at.</summary>
    private static readonly string[] LeadOn = ["/"];

    public static IReadOnlyList<ListedPage> All { get; } =
    [
        .. from type in typeof(App).Assembly.GetTypes()
           from route in type.GetCustomAttributes<RouteAttribute>()
           where !LeadOn.Contains(route.Template)
           let access = type.GetCustomAttribute<PageForAttribute>() ?? throw new InvalidOperationException($"{type} does not say whom it is for.")
           from role in access.Roles.Count == 0 ? new Role?[] { null } : access.Roles.Select(role => (Role?)role)
           orderby route.Template, role
           select new ListedPage(route.Template, role),
    ];

    public static Role? Parse(string role) => role.Length == 0 ? null : Enum.Parse<Role>(role);
}
