using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Accounts;

public sealed partial class PasswordTests(Portals portals)
{
    private const string Me = "/api/auth/me";
    private const string Old = "the first password of all";
    private const string New = "the second password of all";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_changed_password_ends_every_token_but_the_new_ones(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        await using var beside = await portal.BesideAsync();
        var (name, id) = await NewUserAsync(portal);
        var signedIn = await (await LoginAsync(portal, name, Old)).ObjectAsync();
        using var here = portal.With((string)signedIn["access_token"]!);
        using var there = beside.With(await portal.TokenAsync(id));
        await (await there.GetAsync(Me)).ObjectAsync();

        await (await ChangeAsync(here, "not the old one at all", New)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "current_password");
        await (await ChangeAsync(here, Old, "short")).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "new_password");
        var changed = await (await ChangeAsync(here, Old, New)).ObjectAsync();

        await (await there.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await here.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await portal.Anonymous.PostAsync("/api/auth/refresh", new JsonObject { ["refresh_token"] = (string)signedIn["refresh_token"]! })).ProblemAsync(HttpStatusCode.Unauthorized, "refresh.invalid");
        using var anew = portal.With((string)changed["access_token"]!);
        await (await anew.GetAsync(Me)).ObjectAsync();
        await (await portal.Anonymous.PostAsync("/api/auth/refresh", new JsonObject { ["refresh_token"] = (string)changed["refresh_token"]! })).ObjectAsync();
        await (await LoginAsync(portal, name, Old)).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        await (await LoginAsync(portal, name, New)).ObjectAsync();
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_forgotten_password_is_reset_by_mail_once(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var (name, id) = await NewUserAsync(portal);
        using var before = portal.With(await portal.TokenAsync(id));
        for (var i = 0; i < SignInAttempt.Most; i++) await LoginAsync(portal, name, "a wrong password again");

        var token = await ForgetAsync(portal, name);
        await (await ResetAsync(portal, token, "passwordpassword")).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "new_password");
        await (await ResetAsync(portal, token[..^1] + (token[^1] == 'A' ? 'B' : 'A'), New)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "token");
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ResetAsync(portal, token, New)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        await (await before.GetAsync(Me)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await LoginAsync(portal, name, New)).ObjectAsync();
        await (await ResetAsync(portal, token, Old)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "token");
        await portal.SettleAsync();
        Assert.Single(await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "password_reset", UserId = id.Value, Limit = 9 }, CancellationToken.None));
    }

    [Fact]
    public async Task An_unknown_address_gets_the_same_answer_and_no_mail()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var (name, _) = await NewUserAsync(portal);
        var before = Mails(portal).Length;
        var unknown = await portal.Anonymous.PostAsync("/api/auth/forgot-password", new JsonObject { ["email"] = "nobody@nowhere.test" });
        var known = await portal.Anonymous.PostAsync("/api/auth/forgot-password", new JsonObject { ["email"] = $"{name}@clinic.test" });
        Assert.Equal((known.StatusCode, await known.Content.ReadAsStringAsync()), (unknown.StatusCode, await unknown.Content.ReadAsStringAsync()));
        await WaitForMailAsync(portal, before);
        Assert.Equal(before + 1, Mails(portal).Length);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("email")]
    [InlineData("end_sessions")]
    public async Task A_mailed_token_is_worth_nothing_once_the_account_has_changed_hands(string change)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var (name, id) = await NewUserAsync(portal);
        var token = await ForgetAsync(portal, name);
        using var client = portal.With(await portal.TokenAsync(id));

        var changed = change switch
        {
            "password" => await ChangeAsync(client, Old, New),
            "email" => await PutAsync(portal, id, new JsonObject { ["email"] = $"{name}@elsewhere.test", ["version"] = 1 }),
            _ => await PutAsync(portal, id, new JsonObject { ["end_sessions"] = true, ["version"] = 1 }),
        };

        await changed.ObjectAsync();
        await (await ResetAsync(portal, token, "the third password of all")).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "token");
    }

    [Fact]
    public async Task Asked_on_and_on_an_account_gets_three_mails_in_five_minutes()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.Zero };
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, time: clock);
        var ((name, _), (other, _)) = (await NewUserAsync(portal), await NewUserAsync(portal));
        for (var i = 0; i < ResetMails.MostToAnAccount; i++) await ForgetAsync(portal, name);

        for (var i = 0; i < 5; i++) await portal.Anonymous.PostAsync("/api/auth/forgot-password", new JsonObject { ["email"] = $"{name}@clinic.test" });
        await ForgetAsync(portal, other);
        Assert.Equal(ResetMails.MostToAnAccount + 1, Mails(portal).Length);

        clock.Advance(ResetMails.Window);
        await ForgetAsync(portal, name);
    }

    [Fact]
    public async Task Wrong_current_passwords_lock_the_account_and_the_log_says_so()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var (name, id) = await NewUserAsync(portal);
        using var client = portal.With(await portal.TokenAsync(id));
        for (var i = 0; i < SignInAttempt.Most; i++) await ChangeAsync(client, "a wrong password again", New);

        await (await LoginAsync(portal, name, Old)).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        await portal.SettleAsync();
        var locked = await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "login_locked", UserId = id.Value, Limit = 9 }, CancellationToken.None);
        Assert.Contains(locked, row => row.EventDescription.Contains("wrong passwords", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reset_token_ends_after_half_an_hour_and_is_stored_as_its_hash_only()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.Zero };
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, time: clock);
        var (name, _) = await NewUserAsync(portal);
        var token = await ForgetAsync(portal, name);
        foreach (var file in Directory.GetFiles(portal.Instance, "*.db*"))
            Assert.DoesNotContain(token, System.Text.Encoding.Latin1.GetString(await ReadSharedAsync(file)), StringComparison.Ordinal);

        clock.Advance(ResetToken.Lifetime + TimeSpan.FromSeconds(1));

        await (await ResetAsync(portal, token, New)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "token");
    }

    [Fact]
    public async Task An_initial_password_opens_the_account_for_three_days()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, time: clock);
        await portal.CreateAsync("newcomer", Old, Role.Doctor, mustChangePassword: true);
        var signedIn = await (await LoginAsync(portal, "newcomer", Old)).ObjectAsync();
        Assert.True((bool)signedIn["user"]!["must_change_password"]!);

        clock.Advance(User.InitialPasswordLifetime);

        // However often: whoever knows the password does not guess, and goes on hearing why.
        for (var i = 0; i <= SignInAttempt.Most; i++)
            await (await LoginAsync(portal, "newcomer", Old)).ProblemAsync(HttpStatusCode.Unauthorized, "login.password_expired");
        Assert.Equal((0, null), await portal.Get<IUserStore>().FindByUsernameAsync("newcomer", default) is { } stored ? (stored.FailedAttempts, stored.LockedUntil) : default);
        await (await LoginAsync(portal, "newcomer", New)).ProblemAsync(HttpStatusCode.Unauthorized, "login.wrong");
        var token = await ForgetAsync(portal, "newcomer");
        Assert.Equal(HttpStatusCode.NoContent, (await ResetAsync(portal, token, New)).StatusCode);
        await (await LoginAsync(portal, "newcomer", New)).ObjectAsync();
    }

    private static async Task<(string Name, UserId Id)> NewUserAsync(RunningPortal portal)
    {
        var name = $"u{Change.NewId()}";
        return (name, await portal.CreateAsync(name, Old, Role.Doctor));
    }

    private static Task<HttpResponseMessage> LoginAsync(RunningPortal portal, string name, string password) =>
        portal.Anonymous.PostAsync("/api/auth/login", new JsonObject { ["username"] = name, ["password"] = password });

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string current, string next) =>
        client.PostAsync("/api/auth/change-password", new JsonObject { ["current_password"] = current, ["new_password"] = next });

    private static Task<HttpResponseMessage> PutAsync(RunningPortal portal, UserId id, JsonObject body) =>
        portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"/api/admin/users/{id}", body);

    private static Task<HttpResponseMessage> ResetAsync(RunningPortal portal, string token, string next) =>
        portal.Anonymous.PostAsync("/api/auth/reset-password", new JsonObject { ["token"] = token, ["new_password"] = next });

    private static async Task<string> ForgetAsync(RunningPortal portal, string name)
    {
        var before = Mails(portal).Length;
        Assert.Equal(HttpStatusCode.Accepted, (await portal.Anonymous.PostAsync("/api/auth/forgot-password", new JsonObject { ["email"] = $"{name}@clinic.test" })).StatusCode);
        var mail = await File.ReadAllTextAsync(await WaitForMailAsync(portal, before));
        Assert.Contains($"To: {name}@clinic.test", mail, StringComparison.Ordinal);
        // Quoted-printable may fold a long line.
        return TokenInMail().Match(mail.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal)).Groups[1].Value;
    }

    private static async Task<string> WaitForMailAsync(RunningPortal portal, int before)
    {
        for (var tries = 0; tries < 200 && Mails(portal).Length <= before; tries++) await Task.Delay(25);
        return Mails(portal)[^1];
    }

    private static string[] Mails(RunningPortal portal) =>
        Directory.Exists(Path.Combine(portal.Instance, "mail")) ? [.. Directory.GetFiles(Path.Combine(portal.Instance, "mail"), "*.eml").OrderBy(File.GetLastWriteTimeUtc)] : [];

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    [GeneratedRegex("#token=([A-Za-z0-9_-]{43})")]
    private static partial Regex TokenInMail();
}
