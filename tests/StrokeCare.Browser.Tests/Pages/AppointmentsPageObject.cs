using Microsoft.Playwright;

namespace StrokeCare.Browser.Tests.Pages;

/// <summary>One's appointments: what stands there, and the ways to change it.</summary>
internal sealed class AppointmentsPageObject(IPage page)
{
    public Task OpenAsync() => page.GotoAsync("/my/appointments");

    public ILocator Coming => page.GetByRole(AriaRole.Region, new() { Name = "Coming up" }).GetByRole(AriaRole.Article);

    public Task<string> NoticeAsync() => page.GetByRole(AriaRole.Status).InnerTextAsync();

    /// <summary>Books the first time that is offered; answers it in words.</summary>
    public async Task<string> BookFirstAsync(string reason)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Book an appointment" }).First.ClickAsync();
        await page.Locator("a.slot").First.ClickAsync();
        var when = await page.Locator("main section h2").First.InnerTextAsync();
        await page.GetByLabel("Why do you want to come?").FillAsync(reason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Book this time" }).ClickAsync();
        return when;
    }
}
