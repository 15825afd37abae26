using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Everyone;

/// <summary>One whole errand of each role without a mouse.</summary>
public sealed class KeyboardJourneyTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    [Fact]
    public async Task A_patient_signs_in_and_books()
    {
        var page = await PageAsync(Look.Desktop);
        var keys = new KeyboardUser(page);
        await keys.SignInAsync(Role.Patient);
        await keys.PressAsync(Link(page, "Appointments"));
        await keys.PressAsync(Link(page, "Book an appointment"));
        await keys.PressAsync(page.Locator("a.slot").Nth(4));
        await keys.TypeAsync(page.GetByLabel("Why do you want to come?"), "By keyboard");
        await keys.PressAsync(Button(page, "Book this time"));
        Assert.EndsWith("/my/appointments?done=booked", page.Url);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("By keyboard");
    }

    [Fact]
    public async Task A_doctor_signs_in_and_books_for_a_patient()
    {
        var page = await PageAsync(Look.Desktop);
        var keys = new KeyboardUser(page);
        await keys.SignInAsync(Role.Doctor);
        await keys.PressAsync(Link(page, "Patients"));
        var name = (await page.Locator(Listed).Nth(2).InnerTextAsync()).Trim();
        await keys.PressAsync(Link(page, "Calendar"));
        await keys.PressAsync(Link(page, "Next week"));
        await keys.PressAsync(page.Locator("a.entry.free").Nth(2));
        await keys.TypeAsync(page.GetByLabel("Find a patient"), name);
        await keys.PressAsync(Button(page, "Search"));
        await keys.PressAsync(Button(page, $"Choose {name}"));
        await keys.TypeAsync(page.GetByLabel("Why the patient comes"), "Booked by keyboard");
        await keys.ChooseAsync("Urgency", "Urgent");
        await keys.PressAsync(Button(page, "Book this time"));
        Assert.EndsWith("&done=booked", page.Url);
        await Assertions.Expect(new CalendarPageObject(page).Visit("Booked by keyboard")).ToContainTextAsync("Urgent");
    }

    [Fact]
    public async Task A_doctor_finds_a_patient_without_leaving_the_keys_and_sees_them_again_under_those_opened_last()
    {
        var page = await PageAsync(Look.Desktop);
        var keys = new KeyboardUser(page);
        await keys.SignInAsync(Role.Doctor);
        await keys.PressAsync(Link(page, "Patients"));
        await Assertions.Expect(page.GetByLabel("Find a patient")).ToBeFocusedAsync();
        var name = (await page.Locator(Listed).Nth(3).InnerTextAsync()).Trim();
        await page.Keyboard.TypeAsync(name);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToContainTextAsync("found");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(name);
        await keys.PressAsync(Link(page, "Patients"));
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Opened last" }).GetByRole(AriaRole.Link).First).ToHaveTextAsync(name);
    }

    [Fact]
    public async Task An_administrator_signs_in_makes_an_account_and_closes_it()
    {
        var page = await PageAsync(Look.Desktop);
        var keys = new KeyboardUser(page);
        await keys.SignInAsync(Role.Admin);
        await keys.PressAsync(Link(page, "Accounts"));
        await keys.PressAsync(Link(page, "New account"));
        await keys.TypeAsync(page.GetByLabel("User name"), "kim.keys");
        await keys.TypeAsync(page.GetByLabel("E-mail address"), "kim.keys@example.org");
        await keys.ChooseAsync("Role", "Doctor");
        await keys.TypeAsync(page.GetByLabel("First password"), "nine quiet harbours wait");
        await keys.PressAsync(Button(page, "Make the account"));
        Assert.EndsWith("/admin/users?done=created", page.Url);
        await keys.PressAsync(Link(page, "kim.keys"));
        await keys.ChooseAsync("State", "Inactive");
        await keys.PressAsync(Button(page, "Save role and access"));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The account is changed");
        await Assertions.Expect(page.GetByRole(AriaRole.Group, new() { Name = "State" }).GetByLabel("Inactive")).ToBeCheckedAsync();
    }

    private static ILocator Link(IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
