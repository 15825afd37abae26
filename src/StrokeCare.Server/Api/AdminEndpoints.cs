using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Analytics;

namespace StrokeCare.Server.Api;

internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/admin/stats", StatsAsync).WithTags("admin").For(Role.Admin).AuditsNothing("counts hold nobody's data").WithName("get_clinic_stats")
            .WithSummary("Accounts by role, patients, rows of the log, what waits for it, and the last checkpoint").Refuses(401, 403, 503);

    private static async Task<Results<Ok<ClinicStats>, ProblemHttpResult>> StatsAsync(Caller caller, HttpContext http, GetClinicStatsHandler handler, CancellationToken ct)
    {
        var stats = await handler.HandleAsync(caller.Actor, ct);
        return stats.Succeeded ? TypedResults.Ok(stats.Value) : stats.Error.ToProblem(http);
    }
}
