using System.Collections.Concurrent;
using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Everyone;

/// <summary>What a first visit costs on a poor line, and what it leaves in the browser.</summary>
public sealed class FirstVisitTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    private const int MostBytes = 150 * 1024;

    public static TheoryData<string> PatientRoutes => [.. PageList.All.Where(page => page.As is Role.Patient or null && !page.Route.Contains('{', StringComparison.Ordinal)).Select(page => page.Route).Distinct()];

    [Theory]
    [MemberData(nameof(PatientRoutes))]
    public async Task A_first_visit_to_a_patients_page_transfers_at_most_150_KB(string route)
    {
        var page = await PageAsAsync(PageList.All.First(listed => listed.Route == route).As is null ? null : Role.Patient, Look.Phone);
        var (begun, finished) = (new ConcurrentQueue<IRequest>(), new ConcurrentQueue<IRequest>());
        page.Request += (_, request) => begun.Enqueue(request);
        page.RequestFinished += (_, request) => finished.Enqueue(request);
        await page.GotoAsync(route);
        for (var (quiet, waits) = (0, 0); quiet < 5; waits++)
        {
            Assert.True(waits < 200, string.Join(' ', Unfinished().Select(request => request.Url)));
            var before = begun.Count;
            await page.WaitForTimeoutAsync(50);
            quiet = begun.Count == before && !Unfinished().Any() ? quiet + 1 : 0;
        }

        var bytes = 0;
        foreach (var request in finished)
        {
            var sizes = await request.SizesAsync();
            bytes += sizes.ResponseBodySize + sizes.ResponseHeadersSize;
            Assert.StartsWith(Clinic.Address, request.Url);
        }

        Assert.InRange(bytes, 1000, MostBytes);

        // An open page's stream never ends.
        IEnumerable<IRequest> Unfinished() => begun.Except(finished).Where(request => new Uri(request.Url).AbsolutePath != "/live");
    }

    [Fact]
    public async Task Nothing_is_kept_in_the_browser_but_cookies_that_no_script_can_read()
    {
        var page = await PageAsync(Look.Desktop);
        await new SignInPageObject(page).AsAsync(Role.Patient);
        await page.GotoAsync("/my/record");
        Assert.Equal("0 0 ''", await page.EvaluateAsync<string>("`${localStorage.length} ${sessionStorage.length} '${document.cookie}'`"));
        var cookies = await page.Context.CookiesAsync();
        Assert.NotEmpty(cookies);
        Assert.All(cookies, cookie => Assert.True(cookie is { Secure: true, HttpOnly: true, SameSite: SameSiteAttribute.Lax } && cookie.Name.StartsWith("__Host-", StringComparison.Ordinal), cookie.Name));
    }
}
