using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Settings;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Accounts;

public sealed class SignInTests(Portals portals)
{
    private const string Login = "/api/auth/login";
    private const string Me = "/api/auth/me";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_user_signs_in_and_the_token_says_who_they_are(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var answer = await (await portal.Anonymous.PostAsync(Login, Credentials("GRACE", Person.Grace.Password))).ObjectAsync();
        Assert.Equal(("Bearer", 900), ((string?)answer["token_type"], (int)answer["expires_in"]!));
        Assert.Matches("^[A-Za-z0-9_-]{64}$", (string?)answer["refresh_token"]);
        Assert.DoesNotContain("password_hash", answer.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        using var client = portal.With((string)answer["access_token"]!);
        var me = await (await client.GetAsync(Me)).ObjectAsync();
        Assert.Equal(("grace", "doctor"), ((string?)me["username"], (string?)me["role"]));
        Assert.NotNull(me["last_login"]);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_answer_the_same_and_are_in_the_log()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var wrong = await FailAsync("grace", "not the password");
        var unknown = await FailAsync("nobody", "not the password");
        Assert.Equal(wrong, unknown);
        var rows = await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "login", Status = "failure", Limit = 2 }, CancellationToken.None);
        Assert.Equal([null, "grace"], rows.Select(row => row.Username));

        async Task<string> FailAsync(string username, string password)
        {
            var problem = await (await portal.Anonymous.PostAsync(Login, Credentials(username, password))).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
            problem.Remove("trace_id");
            return problem.ToJsonString();
        }
    }

    [Fact]
    public async Task A_flood_of_sign_ins_is_turned_away_at_once_and_others_are_served()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        HttpResponseMessage[] answers;
        var desk = portal.Get<PasswordDesk>();
        using (CheapPasswords.AtFullCost())
        {
            // It expects what checks took of late, and those of the tests before took nothing.
            for (var i = 0; i < 20; i++) await desk.RunAsync(() => Passwords.VerifyNobody("any password"), CancellationToken.None);
            // More than can be waited for, and each at a name of its own: no account is guessed at too often.
            var many = 60 * desk.Threads;
            var flood = Enumerable.Range(0, many).Select(i => portal.Anonymous.PostAsync(Login, Credentials($"nobody {i}", "wrong"))).ToList();
            await (await portal.As(Person.House).GetAsync(Me)).ObjectAsync();
            answers = await Task.WhenAll(flood);
        }

        var away = answers.Where(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable).ToList();
        Assert.NotEmpty(away);
        await away[0].ProblemAsync(HttpStatusCode.ServiceUnavailable, "login.busy");
        Assert.Equal(PasswordDesk.LongestWait, away[0].Headers.RetryAfter!.Delta);
        Assert.All(answers.Except(away), answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
    }

    [Fact]
    public async Task Guessing_at_one_account_is_slowed_before_any_work_whether_it_exists_or_not()
    {
        // The limits are filled beside HTTP: twenty hashes would say nothing more.
        var portal = await portals.OnAsync(Pair.Sqlite);
        foreach (var name in new[] { "Nobody Here", "Somebody Else" })
        {
            for (var i = 0; i < GuessLimits.FailuresAtAnAccount; i++) portal.Get<GuessLimits>().Failed("192.0.2.1", name);
            var answer = await portal.Anonymous.PostAsync(Login, Credentials(name.ToUpperInvariant(), "wrong"));
            await answer.ProblemAsync(HttpStatusCode.TooManyRequests, "login.too_many");
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), GuessLimits.Window);
        }
    }

    [Fact]
    public async Task A_token_that_is_not_exactly_ours_is_refused()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var good = await portal.TokenAsync(Person.Ada);
        var session = await portal.OpenSessionAsync((await portal.Get<IUserStore>().FindAsync(portal.IdOf(Person.Ada), CancellationToken.None))!);
        var parts = good.Split('.');
        var publicKey = Keys(portal).Current.Pair.ExportSubjectPublicKeyInfo();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var bad = new Dictionary<string, string>
        {
            ["no algorithm"] = $"{Encode("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
            ["no signature"] = $"{parts[0]}.{parts[1]}.",
            ["HS256 under the public key"] = Forge(new SymmetricSecurityKey(publicKey), SecurityAlgorithms.HmacSha256),
            ["another key under our id"] = Forge(new ECDsaSecurityKey(stranger) { KeyId = Keys(portal).Current.Id }, SecurityAlgorithms.EcdsaSha256),
            ["another type"] = Forge(Ours(), SecurityAlgorithms.EcdsaSha256, type: "JWT"),
            ["another issuer"] = Forge(Ours(), SecurityAlgorithms.EcdsaSha256, issuer: "somebody"),
            ["another audience"] = Forge(Ours(), SecurityAlgorithms.EcdsaSha256, audience: "something"),
            ["ended"] = Forge(Ours(), SecurityAlgorithms.EcdsaSha256, minutes: -1),
            ["a key of its own in the header"] = Forge(Ours(), SecurityAlgorithms.EcdsaSha256, header: ("jku", "https://evil.test/keys")),
            ["an altered body"] = $"{parts[0]}.{Encode("""{"sub":"1"}""")}.{parts[2]}",
            ["nothing"] = "",
            ["junk"] = new string('a', 10_000),
        };
        foreach (var (name, token) in bad)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, Me);
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            var response = await portal.Anonymous.SendAsync(request);
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, name);
            Assert.Equal("Bearer error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
        }

        using var client = portal.With(Forge(Ours(), SecurityAlgorithms.EcdsaSha256));
        await (await client.GetAsync(Me)).ObjectAsync();

        ECDsaSecurityKey Ours() => new(Keys(portal).Current.Pair) { KeyId = Keys(portal).Current.Id };

        string Forge(SecurityKey key, string algorithm, string type = "at+jwt", string issuer = "strokecare", string audience = "strokecare-api", int minutes = 5, (string, string)? header = null) =>
            new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
            {
                TokenType = type,
                Issuer = issuer,
                Audience = audience,
                Expires = TimeProvider.System.GetUtcNow().AddMinutes(minutes).UtcDateTime,
                SigningCredentials = new(key, algorithm),
                AdditionalHeaderClaims = header is var (name, value) ? new Dictionary<string, object> { [name] = value } : null,
                Claims = new Dictionary<string, object> { ["sub"] = portal.IdOf(Person.Ada).ToString(), ["sid"] = session.Id, ["epoch"] = 0, ["jti"] = "j" },
            });
    }

    [Fact]
    public async Task A_token_of_an_older_epoch_is_refused_on_its_next_request()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var user = (await portal.Get<IUserStore>().FindAsync(portal.IdOf(Person.Ada), CancellationToken.None))!;
        using var client = portal.With(portal.Get<Tokens>().Issue(user with { Epoch = user.Epoch + 1 }, await portal.OpenSessionAsync(user)));
        await (await client.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task The_published_keys_verify_a_token_and_hold_nothing_private()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var text = await portal.Anonymous.GetStringAsync("/.well-known/jwks.json");
        Assert.DoesNotContain("\"d\"", text, StringComparison.Ordinal);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(await portal.TokenAsync(Person.Grace), new TokenValidationParameters
        {
            IssuerSigningKeys = new JsonWebKeySet(text).GetSigningKeys(),
            ValidIssuer = "strokecare",
            ValidAudience = "strokecare-api",
        });
        Assert.True(result.IsValid, result.Exception?.Message);
    }

    private static SigningKeys Keys(RunningPortal portal) =>
        SigningKeys.Open(new InstanceOptions(portal.Instance).Keys, "jwt", TimeProvider.System);

    private static string Encode(string json) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(json));

    private static JsonObject Credentials(string username, string password) => new() { ["username"] = username, ["password"] = password };
}
