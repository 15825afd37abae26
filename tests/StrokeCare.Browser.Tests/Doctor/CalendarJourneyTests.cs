using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Doctor;

/// <summary>A doctor's calendar, with script switched off.</summary>
public sealed class CalendarJourneyTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    [Fact]
    public async Task An_appointment_is_booked_in_conflict_moved_and_cancelled()
    {
        var page = await DoctorAsync();
        var (first, second) = await TwoPatientsAsync(page);
        var calendar = new CalendarPageObject(page);
        await calendar.OpenNextWeekAsync();
        await calendar.Free.First.ClickAsync();
        var slot = page.Url;
        await calendar.FillAsync(first, "Carotid results");
        Assert.Equal(slot, page.Url);
        await calendar.BookAsync();
        Assert.EndsWith("&done=booked", page.Url);
        await Assertions.Expect(calendar.Visit("Carotid results")).ToContainTextAsync(first);

        await page.GotoAsync(slot);
        await calendar.FillAsync(second, "New weakness");
        await calendar.BookAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The doctor is busy at this time");
        await Assertions.Expect(page.GetByLabel("Why the patient comes")).ToHaveValueAsync("New weakness");
        var instead = page.Locator("button[name='Input.Instead']").First;
        var time = (await instead.InnerTextAsync())[^5..];
        await instead.ClickAsync();
        Assert.EndsWith("&done=booked", page.Url);
        await Assertions.Expect(calendar.Visit("New weakness")).ToContainTextAsync(time);

        await calendar.Visit("New weakness").GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Move it" }).ClickAsync();
        var other = page.Locator("a.slot").Nth(3);
        var to = (await other.InnerTextAsync())[^5..];
        await other.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, move it" }).ClickAsync();
        Assert.EndsWith("&done=moved", page.Url);
        await Assertions.Expect(calendar.Visit("New weakness").Locator(".visit-time")).ToContainTextAsync(to);

        await calendar.Visit("New weakness").GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
        await page.Locator("summary").Filter(new() { HasText = "Cancel this appointment" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel this appointment" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Why it is cancelled is required");
        await page.GetByLabel("Why it is cancelled").FillAsync("Admitted to hospital");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel this appointment" }).ClickAsync();
        Assert.EndsWith("&done=cancelled", page.Url);
        await Assertions.Expect(calendar.Visit("New weakness")).ToContainTextAsync("Cancelled");
    }

    [Fact]
    public async Task A_time_that_is_taken_is_shared_only_with_a_reason()
    {
        var page = await DoctorAsync();
        var (first, second) = await TwoPatientsAsync(page);
        var calendar = new CalendarPageObject(page);
        await calendar.OpenNextWeekAsync();
        await calendar.Free.Last.ClickAsync();
        var slot = page.Url;
        await calendar.FillAsync(first, "Planned review");
        await calendar.BookAsync();
        await page.GotoAsync(slot);
        await calendar.FillAsync(second, "Sudden double vision");
        await calendar.BookAsync();

        await page.GetByText("It must be at this very time").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "all the same" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Why it cannot wait");
        await page.GetByLabel("Why it cannot wait").FillAsync("May be a stroke");
        await page.GetByRole(AriaRole.Button, new() { Name = "all the same" }).ClickAsync();
        Assert.EndsWith("&done=booked", page.Url);
        var time = await calendar.Visit("Planned review").Locator(".visit-time").TextContentAsync();
        await Assertions.Expect(calendar.Visit("Sudden double vision").Locator(".visit-time")).ToHaveTextAsync(time!);
        await calendar.Visit("Sudden double vision").GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("May be a stroke");
    }

    [Fact]
    public async Task A_patient_is_moved_onto_an_appointment_of_their_own_neither_with_a_reason_nor_without()
    {
        var page = await DoctorAsync();
        var (patient, _) = await TwoPatientsAsync(page);
        var calendar = new CalendarPageObject(page);
        await calendar.OpenNextWeekAsync();
        await calendar.Free.Last.ClickAsync();
        await calendar.FillAsync(patient, "The one that stays");
        await calendar.BookAsync();
        await calendar.OpenNextWeekAsync();
        await calendar.Free.Last.ClickAsync();
        await calendar.FillAsync(patient, "The one to move");
        await calendar.BookAsync();
        var (day, time) = (new Uri(page.Url), (await calendar.Visit("The one that stays").Locator(".visit-time").TextContentAsync())!.Trim()[..5]);
        await calendar.Visit("The one to move").GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Move it" }).ClickAsync();
        await page.GotoAsync($"{new Uri(page.Url).AbsolutePath}?at={System.Text.RegularExpressions.Regex.Match(day.Query, "day=([0-9-]{10})").Groups[1].Value}T{time}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, move it" }).ClickAsync();
        await page.GetByText("It must be at this very time").ClickAsync();
        await page.GetByLabel("Why it cannot wait").FillAsync("Comes from far away");
        await page.GetByRole(AriaRole.Button, new() { Name = "all the same" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("only an emergency overrides it");
        await Assertions.Expect(page.GetByText("It must be at this very time")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("button[name='Input.Instead']")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Somebody_is_booked_from_their_own_page()
    {
        var page = await DoctorAsync();
        await page.GotoAsync("/patients");
        await page.Locator(Listed).Last.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Book an appointment" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Show later days" }).ClickAsync();
        await page.Locator("a.slot").First.ClickAsync();
        await page.GetByLabel("How long it takes").FillAsync("7");
        await page.GetByLabel("Why the patient comes").FillAsync("Six-month review");
        await new CalendarPageObject(page).BookAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("How long it takes");
        await page.GetByLabel("How long it takes").FillAsync("15");
        await page.GetByLabel("Urgent").CheckAsync();
        await new CalendarPageObject(page).BookAsync();
        await Assertions.Expect(new CalendarPageObject(page).Visit("Six-month review").First).ToContainTextAsync("15 min");
    }

    [Fact]
    public async Task A_day_off_takes_the_free_times_away_and_hours_bring_others()
    {
        var page = await PageAsync(Look.Desktop, script: false);
        await new SignInPageObject(page).AsAsync(Role.Admin);
        await page.GotoAsync("/calendar/hours");
        await page.GetByLabel("Monday").FillAsync("nine to five");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the hours" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Monday is like 09:00-12:30");
        await Assertions.Expect(page.GetByLabel("Monday")).ToHaveValueAsync("nine to five");
        await page.GetByLabel("Monday").FillAsync("7:30-8:30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the hours" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The hours are changed");
        await Assertions.Expect(page.GetByLabel("Monday")).ToHaveValueAsync("07:30-08:30");

        var monday = NextMonday();
        var first = page.GetByRole(AriaRole.Group, new() { Name = "First day" });
        await first.GetByLabel("Day").FillAsync($"{monday.Day}");
        await first.GetByLabel("Month").FillAsync($"{monday.Month}");
        await first.GetByLabel("Year").FillAsync($"{monday.Year}");
        var day = $"/calendar?view=day&day={monday:yyyy-MM-dd}&doctor={page.Url.Split("doctor=")[1].Split('&')[0]}";
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The days off are set");
        var hours = page.Url;
        await page.GotoAsync(day);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Day off");
        await Assertions.Expect(page.Locator("a.slot")).ToHaveCountAsync(0);

        await page.GotoAsync(hours);
        await page.GetByRole(AriaRole.Button, new() { Name = "Take back" }).First.ClickAsync();
        await page.GotoAsync(day);
        await Assertions.Expect(page.Locator("a.slot")).ToHaveTextAsync(["Book at 07:30", "Book at 08:00"]);
    }

    [Fact]
    public async Task Another_doctors_calendar_is_refused_and_no_address_names_a_patient()
    {
        var page = await DoctorAsync();
        var own = 0;
        await page.GotoAsync("/calendar");
        foreach (var link in await page.Locator("main a").AllAsync())
        {
            var address = (await link.GetAttributeAsync("href"))!;
            if (address.Contains("doctor=", StringComparison.Ordinal)) own = int.Parse(address.Split("doctor=")[1].Split('&')[0], System.Globalization.CultureInfo.InvariantCulture);
            Assert.DoesNotContain("patient", address, StringComparison.OrdinalIgnoreCase);
        }

        Assert.NotEqual(0, own);
        Assert.Equal(403, (await page.GotoAsync($"/calendar?doctor={own + 1}"))!.Status);
    }

    private static DateOnly NextMonday()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return today.AddDays(14 - (((int)today.DayOfWeek + 6) % 7));
    }

    private async Task<IPage> DoctorAsync()
    {
        var page = await PageAsync(Look.Desktop, script: false);
        await new SignInPageObject(page).AsAsync(Role.Doctor);
        return page;
    }

    private static async Task<(string First, string Second)> TwoPatientsAsync(IPage page)
    {
        await page.GotoAsync("/patients");
        var names = await page.Locator(Listed).AllInnerTextsAsync();
        return (names[0].Trim(), names[1].Trim());
    }
}
