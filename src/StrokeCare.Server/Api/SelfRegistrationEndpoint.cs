using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Patients;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Api;

internal static class SelfRegistrationEndpoint
{
    public static async Task<Results<Created<SelfRegistration>, ProblemHttpResult>> RegisterAsync(
        JsonBody<SelfRegister> body, HttpContext http, SelfRegistrations registrations, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var origin = Origins.Of(http);
        if (registrations.Limits.MustWait(origin.IpAddress) is { } wait) return (OpenDoor.TooMany with { RetryAfter = wait }).ToProblem(http);
        var keyed = registrations.Keys.Of(http, null, body.Read.Value);
        if (!keyed.Succeeded) return keyed.Error.ToProblem(http);
        var made = await registrations.Handler.HandleAsync(body.Read.Value, origin, keyed.Value.Request, ct);
        if (!made.Succeeded) return made.Error.ToProblem(http);
        if (made.Value.Replayed) http.Response.Headers[IdempotencyKeys.ReplayedHeader] = "true";
        var id = made.Value.PatientId;
        return TypedResults.Created($"/api/patients/{id}", new SelfRegistration(id, new Account(made.Value.User)));
    }
}

/// <summary>What registering oneself over HTTP needs beside the request.</summary>
internal sealed record SelfRegistrations(SelfRegisterHandler Handler, IdempotencyKeys Keys, OpenDoor Limits);

/// <summary>The new account, and the id of its record.</summary>
internal sealed record SelfRegistration(PatientId PatientId, Account User);
