using Microsoft.Playwright;

namespace StrokeCare.Browser.Tests.Pages;

/// <summary>The calendar of staff: free times, who comes, and what is booked on a day.</summary>
internal sealed class CalendarPageObject(IPage page)
{
    /// <summary>The week after this one: all of it is still to come.</summary>
    public async Task OpenNextWeekAsync()
    {
        await page.GotoAsync("/calendar");
        await page.GetByRole(AriaRole.Link, new() { Name = "Next week" }).ClickAsync();
    }

    public ILocator Free => page.Locator("a.entry.free");

    /// <summary>On the calendar's day, by what it is for.</summary>
    public ILocator Visit(string reason) => page.Locator(".visit").Filter(new() { HasText = reason });

    /// <summary>Finds and chooses somebody for the time that is chosen, and says why they come.</summary>
    public async Task FillAsync(string patient, string reason)
    {
        await page.GetByLabel("Find a patient").FillAsync(patient);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Choose {patient}" }).First.ClickAsync();
        await page.GetByLabel("Why the patient comes").FillAsync(reason);
    }

    public Task BookAsync() => page.GetByRole(AriaRole.Button, new() { Name = "Book this time" }).ClickAsync();
}
