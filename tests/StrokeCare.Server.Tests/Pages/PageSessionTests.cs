using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Pages;

/// <summary>How long a browser stays signed in, and what ends it.</summary>
public sealed class PageSessionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private readonly HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, CheckCertificateRevocationList = true });
    private RunningPortal portal = null!;

    public async ValueTask InitializeAsync()
    {
        portal = await RunningPortal.StartAsync(Pair.Sqlite, time: clock);
        browser.BaseAddress = portal.Anonymous.BaseAddress;
    }

    [Theory]
    [InlineData("paul", "/my", 30)]
    [InlineData("grace", "/work", 15)]
    public async Task A_session_ends_when_nobody_has_used_it_for_its_time_and_goes_on_while_somebody_does(string name, string page, int minutes)
    {
        var cookie = await SignInAsync(Person.All.Single(one => one.Username == name));
        for (var turn = 0; turn < 3; turn++)
        {
            clock.Advance(TimeSpan.FromMinutes(minutes - 2));
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(page, cookie)).StatusCode);
        }

        clock.Advance(TimeSpan.FromMinutes(minutes));
        var ended = await GetAsync(page, cookie);
        Assert.Equal(HttpStatusCode.Redirect, ended.StatusCode);
        Assert.StartsWith("/sign-in?to=", ended.Headers.Location!.OriginalString);
        Assert.EndsWith("&ended=1", ended.Headers.Location.OriginalString);
    }

    [Fact]
    public async Task Busy_or_not_a_session_ends_twelve_hours_after_signing_in()
    {
        var cookie = await SignInAsync(Person.Paul);
        for (var since = TimeSpan.Zero; since < Session.Lifetime - TimeSpan.FromMinutes(20); since += TimeSpan.FromMinutes(20))
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync("/account", cookie)).StatusCode);
            clock.Advance(TimeSpan.FromMinutes(20));
        }

        clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(HttpStatusCode.Redirect, (await GetAsync("/account", cookie)).StatusCode);
    }

    [Fact]
    public async Task Whoever_was_deactivated_a_moment_ago_is_out_on_the_next_request()
    {
        var cookie = await SignInAsync(Person.Paul);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/my", cookie)).StatusCode);
        var users = portal.Get<IUserStore>();
        var paul = (await users.FindAsync(portal.IdOf(Person.Paul), default))!;
        var closed = paul with { IsActive = false, Epoch = paul.Epoch + 1, Version = paul.Version + 1 };
        await users.UpdateAsync(closed, FailedAttempts.Keep, portal.Get<AuditTrail>().OfUser(AuditAction.UserDeactivated, Actor.Operator, closed), default);
        Assert.Equal(HttpStatusCode.Redirect, (await GetAsync("/my", cookie)).StatusCode);
    }

    [Fact]
    public async Task Whoever_has_a_password_that_another_knows_is_led_to_change_it_first()
    {
        var id = await portal.CreateAsync("novice", "a password of the clinic", Role.Patient, mustChangePassword: true);
        var user = (await portal.Get<IUserStore>().FindAsync(id, default))!;
        var cookie = portal.CookieOf(user, await portal.OpenSessionAsync(user));
        var led = await GetAsync("/my", cookie);
        Assert.Equal("/account/password", led.Headers.Location!.OriginalString);
        Assert.Contains("Choose your own password", await (await GetAsync("/account/password", cookie)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/warning-signs", cookie)).StatusCode);
    }

    [Fact]
    public async Task A_form_from_elsewhere_does_nothing()
    {
        var cookie = await SignInAsync(Person.Paul);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Content = new FormUrlEncodedContent([new("_handler", "sign-out")]) };
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Accept", "text/html");
        var answer = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/account", cookie)).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_that_was_given_up_too_early_is_shown_as_it_was_typed_and_does_nothing(bool isOurs)
    {
        var cookie = await SignInAsync(Person.Ada);
        var page = await GetAsync("/admin/users/new", cookie);
        var token = Regex.Match(await page.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var guard = page.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith(PortalRoutes.AntiforgeryCookie, StringComparison.Ordinal)).Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/users/new")
        {
            Content = new FormUrlEncodedContent([new("_handler", "new-user"), new("_keep", "1"), new("Input.Username", "half.typed"), .. isOurs ? [new("__RequestVerificationToken", token)] : Array.Empty<KeyValuePair<string, string>>()]),
        };
        request.Headers.Add("Cookie", $"{cookie}; {guard}");
        request.Headers.Add("Accept", "text/html");
        var answer = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(isOurs, (await answer.Content.ReadAsStringAsync()).Contains("half.typed", StringComparison.Ordinal));
        Assert.Null(await portal.Get<IUserStore>().FindByUsernameAsync("half.typed", default));
    }

    [Fact]
    public async Task Pages_are_kept_nowhere_and_run_nothing_but_our_own_script()
    {
        var answer = await GetAsync("/my/record", await SignInAsync(Person.Paul));
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain(" style=", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]* src=)", text);
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await portal.DisposeAsync();
    }

    private async Task<string> SignInAsync(Person person) => (await portal.SignInAsync(person)).Cookie;

    private async Task<HttpResponseMessage> GetAsync(string path, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Accept", "text/html");
        return await browser.SendAsync(request);
    }
}
