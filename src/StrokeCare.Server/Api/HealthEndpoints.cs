using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Server.Hosting;

namespace StrokeCare.Server.Api;

internal static class HealthEndpoints
{
    private const string Probe = "a probe, without any record";

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", Live).Open().AuditsNothing(Probe).WithName("live").WithTags("health").WithSummary("The process runs; touches no store");
        app.MapGet("/health/ready", ReadyAsync).Open().AuditsNothing(Probe).WithName("ready").WithTags("health")
            .WithSummary("Whether every store answers and the portal is not shutting down").Produces<Readiness>().Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/api/health", HealthAsync).Open().AuditsNothing(Probe).WithName("health").WithTags("health")
            .WithSummary("The state of each store").Produces<SortedDictionary<string, string>>().Produces<SortedDictionary<string, string>>(StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<Liveness> Live() => TypedResults.Ok(new Liveness("live"));

    private static async Task<JsonHttpResult<Readiness>> ReadyAsync(StoreHealth health, IHostApplicationLifetime lifetime, CancellationToken ct)
    {
        var stores = await health.LookAsync(ct);
        var status = lifetime.ApplicationStopping.IsCancellationRequested ? "stopping" : StoreHealth.AllWell(stores) ? "ready" : "waiting";
        return TypedResults.Json(new Readiness(status, stores), statusCode: StatusOf(status == "ready"));
    }

    private static async Task<JsonHttpResult<SortedDictionary<string, string>>> HealthAsync(StoreHealth health, CancellationToken ct)
    {
        var stores = await health.LookAsync(ct);
        var well = StoreHealth.AllWell(stores);
        var answer = new SortedDictionary<string, string>(stores.ToDictionary(), StringComparer.Ordinal) { ["status"] = well ? "healthy" : "unhealthy" };
        return TypedResults.Json(answer, statusCode: StatusOf(well));
    }

    private static int StatusOf(bool well) => well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
}

internal sealed record Liveness(string Status);

/// <summary>ready, waiting (a store is away) or stopping, and the state of each store by its name.</summary>
internal sealed record Readiness(string Status, IReadOnlyDictionary<string, string> Stores);
