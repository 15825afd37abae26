using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Api;

internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder app)
    {
        var auth = app.MapGroup("/api/auth").WithTags("auth");
        auth.MapPost("/login", LoginAsync).Open().Audits(AuditAction.Login).WithName("login")
            .WithSummary("Sign in by user name and password").Refuses(400, 401, 413, 415, 429, 503);
        auth.MapGet("/me", Me).ForAnyoneSignedIn().AuditsNothing("a look at one's own account").WithName("me")
            .WithSummary("The account the token stands for").Refuses(401, 503);
        app.MapGet("/.well-known/jwks.json", Jwks).Open().AuditsNothing("public keys").WithName("jwks").WithTags("auth")
            .WithSummary("The public keys that verify access tokens");
    }

    private static async Task<Results<Ok<TokenAnswer>, ProblemHttpResult>> LoginAsync(
        JsonBody<SignIn> body, HttpContext http, SignInDesk desk, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem();
        var signedIn = await desk.SignInAsync(body.Read.Value, Origins.Of(http), ct);
        if (!signedIn.Succeeded)
        {
            if (signedIn.Error.Kind is ErrorKind.Unauthenticated) http.Response.Headers.WWWAuthenticate = "Bearer";
            return signedIn.Error.ToProblem(http);
        }

        var (who, token) = signedIn.Value;
        return TypedResults.Ok(new TokenAnswer(token, (int)Tokens.Lifetime.TotalSeconds, who.RefreshToken, new Account(who.User)));
    }

    private static Ok<Account> Me(Caller caller) => TypedResults.Ok(new Account(caller.User));

    private static Ok<KeySet> Jwks(Tokens tokens) => TypedResults.Ok(tokens.PublicKeys);
}

internal sealed record TokenAnswer(string AccessToken, int ExpiresIn, string RefreshToken, Account User)
{
    public string TokenType { get; } = "Bearer";
}

/// <summary>An account as its owner sees it.</summary>
internal sealed record Account
{
    public Account(User user)
    {
        Id = user.Id;
        Username = user.Username;
        Email = user.Email;
        Role = user.Role.Wire();
        FirstName = user.FirstName;
        LastName = user.LastName;
        Phone = user.Phone;
        Specialization = user.Specialization;
        LicenseNumber = user.LicenseNumber;
        MustChangePassword = user.MustChangePassword;
        CreatedAt = user.CreatedAt;
        LastLogin = user.LastLogin;
    }

    public UserId Id { get; }

    public string Username { get; }

    public string Email { get; }

    public string Role { get; }

    public string? FirstName { get; }

    public string? LastName { get; }

    public string? Phone { get; }

    public string? Specialization { get; }

    public string? LicenseNumber { get; }

    public bool MustChangePassword { get; }

    public DateTimeOffset CreatedAt { get; }

    public DateTimeOffset? LastLogin { get; }
}
