using Microsoft.AspNetCore.Authorization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Api;

/// <summary>Which events an endpoint leaves in the security log, or why it leaves none. Every endpoint carries one; a test walks them.</summary>
internal sealed record AuditPolicy(IReadOnlyList<AuditAction> Actions, string? WhyNone);

internal static class EndpointPolicy
{
    public static TBuilder Audits<TBuilder>(this TBuilder endpoint, params AuditAction[] actions)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AuditPolicy(actions, null));

    public static TBuilder AuditsNothing<TBuilder>(this TBuilder endpoint, string because)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AuditPolicy([], because));

    /// <summary>Open to the signed-in with one of these roles; the operation decides about the very record.</summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, params Role[] roles)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(
            new AuthorizationPolicyBuilder(TokenAuthentication.Scheme).RequireAuthenticatedUser().RequireRole(roles.Select(r => r.Wire())).Build());

    public static TBuilder ForAnyoneSignedIn<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.For(Role.Admin, Role.Doctor, Role.Patient);

    public static TBuilder Open<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.AllowAnonymous();

    /// <summary>The refusals this endpoint may give, for the OpenAPI document.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses) endpoint.ProducesProblem(status);
        return endpoint;
    }
}
