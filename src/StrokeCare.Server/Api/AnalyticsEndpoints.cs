using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Analytics;

namespace StrokeCare.Server.Api;

internal static class AnalyticsEndpoints
{
    private const string NobodysData = "counts hold nobody's data";

    public static void MapAnalytics(this IEndpointRouteBuilder app)
    {
        var analytics = app.MapGroup("/api/analytics").WithTags("analytics");
        analytics.MapGet("/risk-distribution", RiskDistributionAsync).For(Role.Admin, Role.Doctor).AuditsNothing(NobodysData).WithName("get_risk_distribution")
            .WithSummary("Count, average age and average risk of each level; of a doctor's own patients, for an admin of all").Refuses(401, 403, 503);
        analytics.MapGet("/demographics", DemographicsAsync).For(Role.Admin, Role.Doctor).AuditsNothing(NobodysData).WithName("get_demographics")
            .WithSummary("How many patients by age, sex and risk factor; of a doctor's own patients, for an admin of all").Refuses(401, 403, 503);
        analytics.MapGet("/overview", OverviewAsync).For(Role.Admin, Role.Doctor).AuditsNothing(NobodysData).WithName("get_overview")
            .WithSummary("Appointments of each day by status and the no-show rate, two weeks back and ahead; for an admin failed sign-ins as well").Refuses(401, 403, 503);
    }

    private static async Task<Results<Ok<Overview>, ProblemHttpResult>> OverviewAsync(Caller caller, HttpContext http, GetOverviewHandler handler, CancellationToken ct)
    {
        var found = await handler.HandleAsync(caller.Actor, ct);
        return found.Succeeded ? TypedResults.Ok(found.Value) : found.Error.ToProblem(http);
    }

    private static async Task<Results<Ok<RiskDistribution>, ProblemHttpResult>> RiskDistributionAsync(
        Caller caller, HttpContext http, GetRiskDistributionHandler handler, CancellationToken ct)
    {
        var found = await handler.HandleAsync(caller.Actor, ct);
        return found.Succeeded ? TypedResults.Ok(found.Value) : found.Error.ToProblem(http);
    }

    private static async Task<Results<Ok<Demographics>, ProblemHttpResult>> DemographicsAsync(
        Caller caller, HttpContext http, GetDemographicsHandler handler, CancellationToken ct)
    {
        var found = await handler.HandleAsync(caller.Actor, ct);
        return found.Succeeded ? TypedResults.Ok(found.Value) : found.Error.ToProblem(http);
    }
}
