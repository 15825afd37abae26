using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Support;

[assembly: AssemblyFixture(typeof(DemoClinic))]
[assembly: AssemblyFixture(typeof(Chromium))]

// Two cores, one server: tests that wait for each other would only wait longer.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace StrokeCare.Browser.Tests.Support;

/// <summary>A test in a browser of its own, which is closed with it.</summary>
public abstract class PortalTest(DemoClinic clinic, Chromium chromium) : IAsyncLifetime
{
    /// <summary>On the page of patients those of its list, and not whom a test opened last.</summary>
    protected const string Listed = "[aria-labelledby=rows-title] .who a";

    private readonly List<IBrowserContext> open = [];

    protected DemoClinic Clinic => clinic;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A blank page with script switched off: what every page for patients has to work with.</summary>
    protected Task<IPage> WithoutScriptAsync() => PageAsync(Look.Phone, script: false);

    protected async Task<IPage> PageAsync(Look look, bool script = true)
    {
        var context = await chromium.OpenAsync(look, clinic, script);
        open.Add(context);
        return await context.NewPageAsync();
    }

    /// <summary>Signed in as this person of the demonstration; null is nobody.</summary>
    protected async Task<IPage> PageAsAsync(Role? role, Look look)
    {
        if (role is not { } somebody) return await PageAsync(look);
        var context = await chromium.OpenAsAsync(somebody, look, clinic);
        open.Add(context);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in open) await context.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
