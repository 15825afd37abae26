using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;

namespace StrokeCare.Browser.Tests.Support;

/// <summary>One real Chromium for all tests; each test has a context of its own, which is a browser of its own to the portal.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;
    private readonly Dictionary<Role, string> signedIn = [];
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("STROKECARE_TEST_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
    }

    /// <summary>A browser in which this person of the demonstration is signed in; each signs in once for all of them.</summary>
    public async Task<IBrowserContext> OpenAsAsync(Role role, Look look, DemoClinic clinic)
    {
        if (!signedIn.TryGetValue(role, out var state))
        {
            await using var first = await OpenAsync(look, clinic);
            await new SignInPageObject(await first.NewPageAsync()).AsAsync(role);
            signedIn[role] = state = await first.StorageStateAsync();
        }

        return await OpenAsync(look, clinic, state: state);
    }

    public async Task<IBrowserContext> OpenAsync(Look look, DemoClinic clinic, bool script = true, string? state = null)
    {
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = clinic.Address,
            ViewportSize = look.Size,
            ColorScheme = look.Colours,
            JavaScriptEnabled = script,
            AcceptDownloads = true,
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = state,
        });
        context.SetDefaultTimeout(15_000);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}

/// <summary>A screen and its colours.</summary>
public sealed record Look(string Name, ViewportSize Size, ColorScheme Colours)
{
    public static readonly Look Desktop = new("desktop light", new() { Width = 1366, Height = 768 }, ColorScheme.Light);
    public static readonly Look DesktopDark = Desktop with { Name = "desktop dark", Colours = ColorScheme.Dark };
    public static readonly Look Phone = new("phone light", new() { Width = 390, Height = 844 }, ColorScheme.Light);
    public static readonly Look PhoneDark = Phone with { Name = "phone dark", Colours = ColorScheme.Dark };

    public static IReadOnlyList<Look> All { get; } = [Desktop, DesktopDark, Phone, PhoneDark];

    public override string ToString() => Name;
}
