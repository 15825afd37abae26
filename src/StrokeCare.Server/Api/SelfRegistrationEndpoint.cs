using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Patients;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Api;

internal static class SelfRegistrationEndpoint
{
    public static async Task<Results<Created<SelfRegistration>, ProblemHttpResult>> RegisterAsync(
        JsonBody<SelfRegister> body, HttpContext http, SelfRegistrations registrations, CancellationToken ct)
    {
        var origin = Origins.Of(http);
        var made = await registrations.Keys.CreateAsync(
            http, null, body,
            async (command, request) => registrations.Limits.Refusal(origin.IpAddress) is { } tooMany ? tooMany : await registrations.Handler.HandleAsync(command, origin, request, ct));
        if (!made.Succeeded) return made.Error.ToProblem(http);
        var id = made.Value.PatientId;
        return TypedResults.Created($"/api/patients/{id}", new SelfRegistration(id, new Account(made.Value.User)));
    }
}

/// <summary>What registering oneself over HTTP needs beside the request.</summary>
internal sealed record SelfRegistrations(SelfRegisterHandler Handler, IdempotencyKeys Keys, OpenDoor Limits);

/// <summary>The new account, and the id of its record.</summary>
internal sealed record SelfRegistration(PatientId PatientId, Account User);
