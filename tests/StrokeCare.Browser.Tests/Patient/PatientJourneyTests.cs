using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Patient;

/// <summary>What patients come for, from end to end, with script switched off.</summary>
public sealed class PatientJourneyTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    [Fact]
    public async Task Somebody_new_registers_and_sees_record_risk_and_history()
    {
        var page = await WithoutScriptAsync();
        var register = new RegisterPageObject(page);
        await register.OpenAsync();
        await register.FillAsync("nadia.new", "nadia@example.org");
        await register.AnswerHealthAsync();
        await register.SendAsync();

        Assert.EndsWith("/my?done=welcome", page.Url);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hello, Nadia");
        await page.GetByRole(AriaRole.Link, new() { Name = "My record" }).Last.ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("27 March 1958");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("104.5 mg/dL");
        await page.GetByRole(AriaRole.Link, new() { Name = "See my stroke risk" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("of 100 people like you have a first stroke within 10 years");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("not a diagnosis");
        await page.GotoAsync("/my/history");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Nothing is written yet");
        await page.GotoAsync("/my/access-log");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You looked at your stroke risk.");
    }

    [Fact]
    public async Task What_is_wrong_with_a_registration_is_named_and_what_was_typed_stays()
    {
        var page = await WithoutScriptAsync();
        var register = new RegisterPageObject(page);
        await register.OpenAsync();
        await register.FillAsync("demo.patient", "somebody@example.org");
        await page.GetByLabel("Year").FillAsync("19x8");
        await register.SendAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Date of birth is not a date");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByLabel("Year")).ToHaveValueAsync("19x8");
        await Assertions.Expect(page.GetByLabel("First name")).ToHaveValueAsync("Nadia");
        await Assertions.Expect(page.GetByLabel("Password", new() { Exact = true })).ToHaveValueAsync("");

        await page.GetByLabel("Year").FillAsync("1958");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(RegisterPageObject.Password);
        await register.SendAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("User name");
        await page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link).First.ClickAsync();
        Assert.EndsWith("#username", page.Url);
    }

    [Fact]
    public async Task An_appointment_is_booked_moved_and_cancelled()
    {
        var page = await WithoutScriptAsync();
        await new SignInPageObject(page).AsAsync(Role.Patient);
        var appointments = new AppointmentsPageObject(page);
        await appointments.OpenAsync();
        var before = await appointments.Coming.CountAsync();
        var when = await appointments.BookFirstAsync("Dizzy in the morning");
        Assert.Contains("is booked", await appointments.NoticeAsync());
        var booked = appointments.Coming.Filter(new() { HasText = "Dizzy in the morning" });
        await Assertions.Expect(booked).ToContainTextAsync(when);
        Assert.Equal(before + 1, await appointments.Coming.CountAsync());

        await booked.GetByRole(AriaRole.Link, new() { Name = "Move" }).ClickAsync();
        await page.Locator("a.slot").Nth(2).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, move it" }).ClickAsync();
        Assert.Contains("is moved", await appointments.NoticeAsync());
        await Assertions.Expect(booked).Not.ToContainTextAsync(when);

        await booked.GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel this appointment" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is required");
        await page.GetByLabel("Why do you cancel?").FillAsync("I feel better");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel this appointment" }).ClickAsync();
        Assert.Contains("is cancelled", await appointments.NoticeAsync());
        Assert.Equal(before, await appointments.Coming.CountAsync());
    }

    [Fact]
    public async Task What_is_sent_from_a_second_tab_after_it_was_cancelled_in_the_first_is_answered_in_words()
    {
        var page = await WithoutScriptAsync();
        await new SignInPageObject(page).AsAsync(Role.Patient);
        var appointments = new AppointmentsPageObject(page);
        await appointments.OpenAsync();
        await appointments.BookFirstAsync("In two tabs");
        await appointments.Coming.Filter(new() { HasText = "In two tabs" }).GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();
        var (cancelling, moving) = (await page.Context.NewPageAsync(), await page.Context.NewPageAsync());
        await cancelling.GotoAsync(page.Url);
        await moving.GotoAsync(page.Url.Replace("/cancel", "/move", StringComparison.Ordinal));
        await moving.Locator("a.slot").Nth(1).ClickAsync();
        foreach (var tab in new[] { page, cancelling })
        {
            await tab.GetByLabel("Why do you cancel?").FillAsync("I feel better");
            await tab.GetByRole(AriaRole.Button, new() { Name = "Cancel this appointment" }).ClickAsync();
        }

        await moving.GetByRole(AriaRole.Button, new() { Name = "Yes, move it" }).ClickAsync();
        Assert.Contains("is cancelled", await appointments.NoticeAsync());
        foreach (var tab in new[] { cancelling, moving }) await Assertions.Expect(tab.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_time_that_somebody_else_took_meanwhile_is_refused_with_free_ones_near_it()
    {
        var (first, second) = (await WithoutScriptAsync(), await WithoutScriptAsync());
        await new SignInPageObject(first).AsAsync(Role.Patient);
        var register = new RegisterPageObject(second);
        await register.OpenAsync();
        await register.FillAsync("rival", "rival@example.org");
        await register.SendAsync();
        await first.GotoAsync("/my/appointments/book");
        await first.Locator("a.slot").First.ClickAsync();
        await second.GotoAsync(first.Url);
        foreach (var page in new[] { second, first }) await page.GetByLabel("Why do you want to come?").FillAsync("Check-up");
        await second.GetByRole(AriaRole.Button, new() { Name = "Book this time" }).ClickAsync();
        Assert.EndsWith("?done=booked", second.Url);

        await first.GetByRole(AriaRole.Button, new() { Name = "Book this time" }).ClickAsync();
        await Assertions.Expect(first.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(first.GetByLabel("Why do you want to come?")).ToHaveValueAsync("Check-up");
        await first.Locator("a.slot").First.ClickAsync();
        await first.GetByLabel("Why do you want to come?").FillAsync("Check-up");
        await first.GetByRole(AriaRole.Button, new() { Name = "Book this time" }).ClickAsync();
        Assert.EndsWith("?done=booked", first.Url);
    }

    [Fact]
    public async Task A_record_is_taken_along_as_JSON_and_as_one_page()
    {
        var page = await WithoutScriptAsync();
        await new SignInPageObject(page).AsAsync(Role.Patient);
        await page.GotoAsync("/my/data");
        var paper = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the page" }).ClickAsync());
        var bytes = await File.ReadAllBytesAsync(await paper.PathAsync());
        Assert.Equal("%PDF-", System.Text.Encoding.ASCII.GetString(bytes, 0, 5));
        var all = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download everything" }).ClickAsync());
        using var json = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(await all.PathAsync()));
        Assert.True(json.RootElement.GetProperty("history").GetArrayLength() > 0);
        await page.GotoAsync("/my/access-log");
        Assert.Equal(2, await page.GetByText("You downloaded your data.").CountAsync());
    }

    [Fact]
    public async Task The_warning_signs_are_one_press_away_on_a_keyboard_too()
    {
        var page = await PageAsync(Look.Desktop);
        await new SignInPageObject(page).OpenAsync();
        await page.GetByLabel("User name").FocusAsync();
        await page.Keyboard.TypeAsync("demo.patient");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(Demo.DemoPeople.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/my");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator(":focus")).ToHaveTextAsync("Skip to main content");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("main :focus")).ToHaveCountAsync(1);
        await page.GotoAsync("/my/risk");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/warning-signs");
    }
}
