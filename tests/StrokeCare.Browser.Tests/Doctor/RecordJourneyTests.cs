using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Doctor;

/// <summary>From a new patient to their risk and history, with script switched off unless a test says otherwise.</summary>
public sealed class RecordJourneyTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    [Fact]
    public async Task A_patient_is_registered_given_factors_and_a_risk()
    {
        var page = await SignedInAsync();
        await RegisterAsync(page, "Ottilie", "Brandvold");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The patient is registered");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Ottilie Brandvold");
        await page.GetByRole(AriaRole.Link, new() { Name = "Change the factors" }).ClickAsync();
        await page.GetByLabel("Systolic blood pressure").FillAsync("900");
        await SaveAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Systolic blood pressure must be 40 to 350 mmHg");
        await page.GetByLabel("Systolic blood pressure").FillAsync("162,5");
        await ChooseAsync(page, "Hypertension", "Yes");
        await ChooseAsync(page, "Heart disease", "No");
        await page.GetByLabel("Average glucose").FillAsync("228");
        await SaveAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Demonstration number now:");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("162.5 mmHg");
    }

    [Fact]
    public async Task Somebody_who_is_there_already_is_shown_and_registered_again_only_by_saying_so()
    {
        var page = await SignedInAsync();
        await RegisterAsync(page, "Sunniva", "Aaberg");
        var form = new NewPatientPageObject(page);
        await form.OpenAsync();
        await form.FillAsync("Sunniva", "Aaberg");
        await form.SendAsync();
        await Assertions.Expect(form.Likely).ToContainTextAsync("Is it one of these?");
        await Assertions.Expect(form.Likely).ToContainTextAsync("Same name, same date of birth");
        await form.SayItIsSomebodyElseAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The patient is registered");
    }

    [Fact]
    public async Task With_script_it_is_asked_while_somebody_types()
    {
        var page = await PageAsAsync(Role.Doctor, Look.Desktop);
        await RegisterAsync(page, "Torgeir", "Quillfeather");
        var form = new NewPatientPageObject(page);
        await form.OpenAsync();
        await form.FillAsync("Torgeir", "Quillfeather");
        await Assertions.Expect(form.Likely).ToContainTextAsync("Same name, same date of birth");
        Assert.EndsWith("/patients/new", page.Url);
        await Assertions.Expect(page.GetByLabel("Last name")).ToHaveValueAsync("Quillfeather");
    }

    [Fact]
    public async Task Whoever_saves_second_sees_what_the_first_changed_and_loses_nothing()
    {
        var (first, second) = (await PageAsAsync(Role.Doctor, Look.Desktop), await PageAsAsync(Role.Doctor, Look.Phone));
        await RegisterAsync(first, "Ragnhild", "Twice");
        await first.GetByRole(AriaRole.Link, new() { Name = "Change the factors" }).ClickAsync();
        await second.GotoAsync(first.Url);
        await first.GetByLabel("Systolic blood pressure").FillAsync("141");
        await first.GetByLabel("Body mass index").FillAsync("31");
        await SaveAsync(first);
        await Assertions.Expect(first.GetByRole(AriaRole.Status)).ToContainTextAsync("The factors are saved");
        await second.GetByLabel("Systolic blood pressure").FillAsync("177");
        await second.GetByLabel("Average glucose").FillAsync("99");
        await SaveAsync(second);
        await Assertions.Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing is saved yet");
        var changed = second.GetByRole(AriaRole.Region, new() { Name = "Changed meanwhile", Exact = true });
        await Assertions.Expect(changed).ToContainTextAsync("141 mmHg");
        await Assertions.Expect(second.GetByLabel("Systolic blood pressure")).ToHaveValueAsync("177");
        await Assertions.Expect(second.GetByLabel("Average glucose")).ToHaveValueAsync("99");
        await Assertions.Expect(second.GetByLabel("Body mass index")).ToHaveValueAsync("31");
        await SaveAsync(second);
        await Assertions.Expect(second.GetByRole(AriaRole.Status)).ToContainTextAsync("The factors are saved");
    }

    [Fact]
    public async Task A_misspelled_name_is_corrected_and_whoever_saves_second_takes_it_over()
    {
        var (first, second) = (await SignedInAsync(), await SignedInAsync());
        await RegisterAsync(first, "Ingebjorg", "Missspelled");
        await first.GetByRole(AriaRole.Link, new() { Name = "Change name, date of birth or contact" }).ClickAsync();
        await second.GotoAsync(first.Url);
        await first.GetByLabel("Last name").FillAsync("Misspelled");
        await first.GetByLabel("Year").FillAsync("1492");
        await first.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(first.GetByRole(AriaRole.Alert)).ToContainTextAsync("Date of birth is not a date");
        await first.GetByLabel("Year").FillAsync("1951");
        await first.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(first.GetByRole(AriaRole.Status)).ToContainTextAsync("Who it is and how to reach them is saved");
        await Assertions.Expect(first.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Ingebjorg Misspelled");

        await second.GetByLabel("Phone number").FillAsync("01632 960123");
        await second.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing is saved yet");
        var changed = second.GetByRole(AriaRole.Region, new() { Name = "Changed meanwhile", Exact = true }).GetByRole(AriaRole.Row);
        await Assertions.Expect(changed.Filter(new() { HasText = "Last name" })).ToContainTextAsync("Missspelled");
        await Assertions.Expect(second.GetByLabel("Last name")).ToHaveValueAsync("Misspelled");
        // A second fault must not bring back what the first saved away.
        await second.GetByLabel("Year").FillAsync("1492");
        await second.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("Date of birth is not a date");
        await second.GetByLabel("Year").FillAsync("1951");
        await second.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(second.GetByRole(AriaRole.Status)).ToContainTextAsync("Who it is and how to reach them is saved");
        await Assertions.Expect(second.Locator("main")).ToContainTextAsync("01632 960123");
        await Assertions.Expect(second.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Ingebjorg Misspelled");
    }

    [Fact]
    public async Task An_entry_is_corrected_and_then_taken_back_and_nothing_it_said_is_lost()
    {
        var page = await SignedInAsync();
        await RegisterAsync(page, "Hjalmar", "Entryman");
        await page.GetByText("Add an entry").ClickAsync();
        await page.GetByLabel("Diagnosis").FillAsync("Stroke, left");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write this entry" }).ClickAsync();
        await OpenEntryAsync(page);
        await page.GetByLabel("Diagnosis").FillAsync("Stroke, right");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the correction" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Why it is corrected is required");
        await page.GetByLabel("Why it is corrected").FillAsync("The sides were exchanged");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the correction" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The entry is changed");
        await OpenEntryAsync(page);
        await page.GetByLabel("Why it is taken back").FillAsync("Another patient's");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark as entered in error" }).ClickAsync();
        var entry = page.Locator("li").Filter(new() { HasText = "Entered in error" });
        await Assertions.Expect(entry).ToContainTextAsync("Another patient's");
        await Assertions.Expect(entry.Locator(".when.taken-back")).ToHaveTextAsync("Stroke, right");
        await Assertions.Expect(entry).ToContainTextAsync("Corrected once");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Correct or take back" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_long_text_shows_its_beginning_and_all_of_it_when_asked()
    {
        var page = await SignedInAsync();
        await RegisterAsync(page, "Torbjorg", "Longtext");
        await page.GetByText("Add an entry").ClickAsync();
        await page.GetByLabel("Diagnosis").FillAsync("Stroke, left");
        await page.GetByLabel("Notes").FillAsync($"{string.Concat(Enumerable.Repeat("Walks with a stick. ", 40))}The end of it.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write this entry" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The end of it.")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".text-start")).ToBeVisibleAsync();
        await page.GetByText("Show all of it").ClickAsync();
        await Assertions.Expect(page.GetByText("The end of it.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".text-start")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Entries_behind_the_newest_thirty_are_one_link_away()
    {
        var page = await SignedInAsync();
        await RegisterAsync(page, "Leif", "Longhistory");
        for (var number = 1; number <= 31; number++)
        {
            await page.GetByText("Add an entry").ClickAsync();
            await page.GetByLabel("Diagnosis").FillAsync($"Visit number {number}.");
            await page.GetByRole(AriaRole.Button, new() { Name = "Write this entry" }).ClickAsync();
        }

        await Assertions.Expect(page.GetByText("Visit number 1.", new() { Exact = true })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Older entries" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Visit number 1.", new() { Exact = true })).ToHaveCountAsync(1);
    }

    private static Task OpenEntryAsync(IPage page) => page.GetByRole(AriaRole.Link, new() { Name = "Correct or take back" }).ClickAsync();

    private async Task<IPage> SignedInAsync()
    {
        var page = await PageAsync(Look.Desktop, script: false);
        await new SignInPageObject(page).AsAsync(Role.Doctor);
        return page;
    }

    private static async Task RegisterAsync(IPage page, string first, string last)
    {
        var form = new NewPatientPageObject(page);
        await form.OpenAsync();
        await form.FillAsync(first, last);
        await form.SendAsync();
    }

    private static Task SaveAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Save and work out the risk" }).ClickAsync();

    private static Task ChooseAsync(IPage page, string factor, string answer) =>
        page.GetByRole(AriaRole.Group, new() { Name = factor }).GetByRole(AriaRole.Radio, new() { Name = answer, Exact = true }).CheckAsync();
}
