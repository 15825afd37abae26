using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Doctor;

/// <summary>A doctor's day, from end to end, with script switched off.</summary>
public sealed class DoctorJourneyTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    [Fact]
    public async Task A_patient_is_searched_opened_and_written_about()
    {
        var page = await PageAsync(Look.Desktop, script: false);
        await new SignInPageObject(page).AsAsync(Role.Doctor);
        Assert.EndsWith("/work", page.Url);
        await page.GetByRole(AriaRole.Link, new() { Name = "Patients", Exact = true }).First.ClickAsync();
        // The newest, who stands first among those of whom the same is written.
        var name = (await page.Locator(Listed).First.InnerTextAsync()).Trim();
        await page.GetByLabel("Find a patient").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        Assert.EndsWith("/patients", page.Url);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("found");
        await page.Locator(Listed).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(name);
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("MRN");

        await page.GetByText("Add an entry").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Write this entry" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Diagnosis is required");
        await page.GetByLabel("Diagnosis").FillAsync("Amaurosis fugax, left eye");
        await page.GetByLabel("Notes").FillAsync("Lasted about five minutes");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write this entry" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The entry is written");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Amaurosis fugax, left eye");

        await page.GotoAsync("/patients");
        await page.GetByLabel("Find a patient").FillAsync("\"amaurosis fugax\"");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Assertions.Expect(page.Locator(Listed).First).ToHaveTextAsync(name);
    }

    [Fact]
    public async Task Somebody_who_has_come_is_marked_as_arrived_and_then_as_done()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        Assert.SkipWhen(now.Hour == 23 && now.Minute >= 45, "What is booked now is tomorrow's.");
        // Through the API, since a demonstration begun in the evening has nobody left to come.
        using (var desk = await ApiUser.AsAsync(Clinic, Role.Doctor)) await desk.BookAsync(now.AddMinutes(10 - (now.Minute % 5)), "Walked in with a headache");
        var page = await PageAsync(Look.Desktop, script: false);
        await new SignInPageObject(page).AsAsync(Role.Doctor);
        var visit = page.Locator(".visit").Filter(new() { HasText = "Walked in with a headache" });
        await Assertions.Expect(visit).ToContainTextAsync("Booked");
        await visit.GetByRole(AriaRole.Button, new() { Name = "Arrived" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Marked as arrived");
        await Assertions.Expect(visit.Locator(".tag").Last).ToHaveTextAsync("Arrived");
        await Assertions.Expect(visit.GetByRole(AriaRole.Button)).ToHaveCountAsync(1);
        await visit.GetByRole(AriaRole.Button, new() { Name = "Completed" }).ClickAsync();
        await Assertions.Expect(visit.Locator(".tag").Last).ToHaveTextAsync("Completed");
        await Assertions.Expect(visit.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Nothing_to_search_for_is_named_and_a_day_off_the_calendar_is_refused()
    {
        var page = await PageAsAsync(Role.Doctor, Look.Phone);
        await page.GotoAsync("/patients");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Find a patient");
        Assert.Equal(400, (await page.GotoAsync("/work?day=9000-01-01"))!.Status);
    }
}
