using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;
using StrokeCare.Demo;

namespace StrokeCare.Browser.Tests.Admin;

/// <summary>What an administrator does, with script switched off.</summary>
public sealed class AdminJourneyTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    private const string FirstPassword = "nine quiet harbours wait";

    [Fact]
    public async Task An_account_is_made_locked_by_wrong_passwords_unlocked_and_closed()
    {
        var admin = await AdminAsync();
        await MakeAsync(admin, "lina.new");
        Assert.EndsWith("/admin/users?done=created", admin.Url);
        await MakeAsync(admin, "lina.new");
        await Assertions.Expect(admin.GetByRole(AriaRole.Alert)).ToContainTextAsync("User name is taken");

        var lina = await WithoutScriptAsync();
        for (var i = 0; i < 5; i++)
        {
            await new SignInPageObject(lina).OpenAsync();
            await new SignInPageObject(lina).FillAsync("lina.new", "certainly not the password");
        }

        await OpenAccountAsync(admin, "lina.new");
        await Assertions.Expect(admin.Locator("main")).ToContainTextAsync("Locked until");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Unlock" }).ClickAsync();
        await Assertions.Expect(admin.GetByRole(AriaRole.Status)).ToContainTextAsync("unlocked");
        await Assertions.Expect(admin.Locator("main")).Not.ToContainTextAsync("Locked until");

        await new SignInPageObject(lina).OpenAsync();
        await new SignInPageObject(lina).FillAsync("lina.new", FirstPassword);
        Assert.EndsWith("/account/password", lina.Url);

        await admin.GetByRole(AriaRole.Group, new() { Name = "State" }).GetByLabel("Inactive").CheckAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Save role and access" }).ClickAsync();
        await Assertions.Expect(admin.GetByRole(AriaRole.Status)).ToContainTextAsync("changed");
        await lina.ReloadAsync();
        Assert.Contains("/sign-in", lina.Url);
        await admin.GotoAsync("/admin/users?role=doctor&active=no");
        await Assertions.Expect(admin.GetByRole(AriaRole.Row).Filter(new() { HasText = "lina.new" })).ToContainTextAsync("Inactive");
    }

    [Fact]
    public async Task A_doctor_with_patients_is_closed_only_with_a_successor()
    {
        var admin = await AdminAsync();
        await OpenAccountAsync(admin, DemoPeople.DoctorName);
        await admin.GetByRole(AriaRole.Group, new() { Name = "State" }).GetByLabel("Inactive").CheckAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Save role and access" }).ClickAsync();
        await Assertions.Expect(admin.GetByRole(AriaRole.Alert)).ToContainTextAsync("Who takes over the patients is needed");
        await Assertions.Expect(admin.GetByRole(AriaRole.Group, new() { Name = "State" }).GetByLabel("Inactive")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task The_log_is_filtered_and_checked_and_says_who_checked_it()
    {
        var admin = await AdminAsync();
        await admin.GotoAsync("/admin/log");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Check it now" }).ClickAsync();
        await Assertions.Expect(admin.GetByRole(AriaRole.Status)).ToContainTextAsync("Whole");
        await admin.GetByLabel("Event").SelectOptionAsync("security_log_verified");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Assertions.Expect(admin.Locator("tbody tr").First).ToContainTextAsync($"{DemoPeople.AdminName} (admin) checked the security log.");
        await Assertions.Expect(admin.Locator("main")).ToContainTextAsync("Last checked on");
        await Assertions.Expect(admin.Locator("tbody")).Not.ToContainTextAsync("signed in");
        var answer = await admin.GotoAsync("/admin/log?after=nonsense");
        Assert.Equal(400, answer!.Status);
    }

    [Fact]
    public async Task What_is_filtered_is_downloaded_and_that_it_was_is_in_the_log()
    {
        var admin = await AdminAsync();
        await admin.GotoAsync("/admin/log?event=login");
        var download = await admin.RunAndWaitForDownloadAsync(() => admin.GetByRole(AriaRole.Link, new() { Name = "Download what is filtered" }).ClickAsync());
        Assert.Equal("security-log.csv", download.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.StartsWith("seq,created_at,event_type", lines[0]);
        Assert.NotEmpty(lines[1..]);
        Assert.All(lines[1..], line => Assert.Equal("login", line.Split(',')[2]));
        await admin.GotoAsync("/admin/log?event=security_log_exported");
        await Assertions.Expect(admin.Locator("tbody tr").First).ToContainTextAsync($"{DemoPeople.AdminName} (admin) downloaded rows of the security log.");
    }

    private async Task<IPage> AdminAsync()
    {
        var page = await PageAsync(Look.Desktop, script: false);
        await new SignInPageObject(page).AsAsync(Role.Admin);
        return page;
    }

    private static async Task MakeAsync(IPage page, string name)
    {
        await page.GotoAsync("/admin/users");
        await page.GetByRole(AriaRole.Link, new() { Name = "New account" }).ClickAsync();
        await page.GetByLabel("Doctor", new() { Exact = true }).CheckAsync();
        await page.GetByLabel("User name").FillAsync(name);
        await page.GetByLabel("E-mail address").FillAsync($"{name}@example.org");
        await page.GetByLabel("First password").FillAsync(FirstPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
    }

    private static async Task OpenAccountAsync(IPage page, string name)
    {
        await page.GotoAsync("/admin/users?role=doctor");
        await page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
    }
}
