using Microsoft.AspNetCore.Authorization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>Who may open a page. Every page carries one; the operation it calls decides about the very record.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PageForAttribute(params Role[] roles) : Attribute
{
    /// <summary>None: open to anyone, signed in or not.</summary>
    public IReadOnlyList<Role> Roles => roles;
}

/// <summary>Which events a page leaves in the security log, whatever is done on it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PageAuditsAttribute(params AuditAction[] actions) : Attribute
{
    public IReadOnlyList<AuditAction> Actions => actions;
}

/// <summary>Why a page leaves nothing in the security log.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PageAuditsNothingAttribute(string because) : Attribute
{
    public string Because => because;
}

/// <summary>Marks the routes that answer people with pages, not programs with JSON.</summary>
internal sealed record PageRoute;

/// <summary>Marks what a page asks for by itself: it is no use of the session, whose end it does not move.</summary>
internal sealed record UsesNothing;

internal static class PageAccess
{
    /// <summary>What the page's attributes say, in the form in which every other route says it.</summary>
    public static void Apply(EndpointBuilder endpoint)
    {
        // The framework maps a route of its own for redirects of its script, which no page of ours loads.
        if (endpoint.Metadata.OfType<PageForAttribute>().SingleOrDefault() is not { } access)
        {
            endpoint.Metadata.Add(new AllowAnonymousAttribute());
            endpoint.Metadata.Add(new AuditPolicy([], "a route of the framework's, without any record"));
            return;
        }

        endpoint.Metadata.Add(new PageRoute());
        endpoint.Metadata.Add(access.Roles.Count == 0 ? new AllowAnonymousAttribute() : PolicyFor(access.Roles));
        var actions = endpoint.Metadata.OfType<PageAuditsAttribute>().SingleOrDefault()?.Actions ?? [];
        endpoint.Metadata.Add(new AuditPolicy(actions, endpoint.Metadata.OfType<PageAuditsNothingAttribute>().SingleOrDefault()?.Because));
    }

    /// <summary>The same for what a page links to and is no page itself, such as a download.</summary>
    public static TBuilder ForPagesOf<TBuilder>(this TBuilder endpoint, params Role[] roles)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(PolicyFor(roles)).WithMetadata(new PageRoute());

    private static AuthorizationPolicy PolicyFor(IEnumerable<Role> roles) =>
        new AuthorizationPolicyBuilder(PortalAuthentication.Scheme).RequireAuthenticatedUser().RequireRole(roles.Select(role => role.Wire())).Build();
}
