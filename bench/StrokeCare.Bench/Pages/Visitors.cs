using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Demo;

namespace StrokeCare.Bench.Pages;

/// <summary>The people of the demonstration in a real Chromium, each signed in there once, and over the API.</summary>
internal sealed class Visitors : IAsyncDisposable
{
    private static readonly Dictionary<Role, string> Names = new()
    {
        [Role.Admin] = DemoPeople.AdminName,
        [Role.Doctor] = DemoPeople.DoctorName,
        [Role.Patient] = DemoPeople.PatientName,
    };

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly Dictionary<Role, string> states = [];
    private readonly Dictionary<Role, HttpClient> clients = [];

    private Visitors(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public static async Task<Visitors> OpenAsync(ServerProcess portal, CancellationToken ct)
    {
        var driver = await Playwright.CreateAsync();
        var chromium = await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("STROKECARE_TEST_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
        var visitors = new Visitors(driver, chromium);
        foreach (var (role, name) in Names)
        {
            visitors.clients[role] = await portal.ClientOfAsync(name, DemoPeople.Password, ct);
            await using var context = await visitors.OpenAsync(null);
            var page = await context.NewPageAsync();
            await page.GotoAsync("/sign-in");
            await page.GetByLabel("User name").FillAsync(name);
            await page.GetByLabel("Password", new() { Exact = true }).FillAsync(DemoPeople.Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.WaitForURLAsync(address => !address.Contains("/sign-in", StringComparison.Ordinal));
            visitors.states[role] = await context.StorageStateAsync();
        }

        return visitors;
    }

    /// <summary>Over the API.</summary>
    public HttpClient Of(Role role) => clients[role];

    /// <summary>A browser that has never been here, but for this person's cookies; null is nobody.</summary>
    public Task<IBrowserContext> OpenAsync(Role? role) => browser.NewContextAsync(new()
    {
        BaseURL = ServerProcess.Address.AbsoluteUri,
        ViewportSize = role is Role.Doctor or Role.Admin ? new() { Width = 1366, Height = 768 } : new() { Width = 390, Height = 844 },
        StorageState = role is { } somebody ? states[somebody] : null,
    });

    /// <summary>What this person's browser sends with a request, without the browser.</summary>
    public async Task<HttpClient> WithCookiesOfAsync(Role role)
    {
        await using var context = await OpenAsync(role);
        var cookies = await context.CookiesAsync();
        var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false, CheckCertificateRevocationList = true }) { BaseAddress = ServerProcess.Address };
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Name}={cookie.Value}")));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values) client.Dispose();
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
