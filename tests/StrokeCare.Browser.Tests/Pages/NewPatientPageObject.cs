using Microsoft.Playwright;

namespace StrokeCare.Browser.Tests.Pages;

/// <summary>The form with which staff register a patient.</summary>
public sealed class NewPatientPageObject(IPage page)
{
    public ILocator Likely => page.Locator("#likely");

    public Task OpenAsync() => page.GotoAsync("/patients/new");

    /// <summary>Born on 4 May 1949, where nothing else is said.</summary>
    public async Task FillAsync(string first, string last, string day = "4", string month = "5", string year = "1949")
    {
        await page.GetByLabel("First name").FillAsync(first);
        await page.GetByLabel("Last name").FillAsync(last);
        await page.Locator("#date_of_birth").FillAsync(day);
        await page.Locator("#date_of_birth-month").FillAsync(month);
        await page.Locator("#date_of_birth-year").FillAsync(year);
        await page.GetByRole(AriaRole.Radio, new() { Name = "Female", Exact = true }).CheckAsync();
    }

    public Task SendAsync() => page.GetByRole(AriaRole.Button, new() { Name = "Register this patient" }).ClickAsync();

    public Task SayItIsSomebodyElseAsync() => page.GetByRole(AriaRole.Button, new() { Name = "No, it is somebody else" }).ClickAsync();
}
