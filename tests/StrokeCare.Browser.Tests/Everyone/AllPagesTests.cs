using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Everyone;

/// <summary>What is asked of every page, on both screens and in both colours.</summary>
public sealed class AllPagesTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    public static TheoryData<string, string> Pages
    {
        get
        {
            var pages = new TheoryData<string, string>();
            foreach (var page in PageList.All) pages.Add(page.Route, page.As?.ToString() ?? "");
            return pages;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_is_open_to_all_readers_on_every_screen(string route, string role)
    {
        var page = await PageAsAsync(PageList.Parse(role), Look.Desktop);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Add(message.Text);
        };
        var answer = await page.GotoAsync(await AddressAsync(page, route, role));
        Assert.True(answer!.Status == 200, $"{route}: {answer.Status}");
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        Assert.EndsWith("StrokeCare Portal", await page.TitleAsync());
        foreach (var look in Look.All)
        {
            await page.SetViewportSizeAsync(look.Size.Width, look.Size.Height);
            await page.EmulateMediaAsync(new() { ColorScheme = look.Colours });
            var violations = await ViolationsAsync(page, look);
            Assert.True(violations.Count == 0, $"{route}, {look}:\n{string.Join('\n', violations)}");
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") <= 0, $"{route}, {look} is wider than the screen");
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Signs of" }).First).ToBeVisibleAsync();
        }

        Assert.Empty(complaints);
    }

    // The dark colours change nothing but colours: the rest of the rules were asked in the light ones. What passes is not told
    // element by element.
    private static async Task<List<string>> ViolationsAsync(IPage page, Look look)
    {
        var options = new AxeRunOptions { ResultTypes = [ResultType.Violations] };
        if (look.Colours == ColorScheme.Dark) options.RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block");
        var axe = await page.RunAxe(options);
        return [.. axe.Violations.Select(one => $"{one.Id}: {one.Help} {one.Nodes[0].Html}")];
    }

    [Theory]
    [InlineData("/no/such/page", 404)]
    [InlineData("/work", 403)]
    [InlineData("/my/appointments/0123456789abcdef01234567/move", 403)]
    [InlineData("/my/appointments/nonsense/cancel", 403)]
    [InlineData("/my/history?after=nonsense", 400)]
    public async Task A_page_that_cannot_be_had_says_so_and_leads_on(string address, int status)
    {
        var page = await PageAsAsync(Role.Patient, Look.Phone);
        var answer = await page.GotoAsync(address);
        Assert.Equal(status, answer!.Status);
        Assert.Empty(await ViolationsAsync(page, Look.Phone));
        await page.GetByRole(AriaRole.Link, new() { Name = "start page" }).ClickAsync();
        Assert.EndsWith("/my", page.Url);
    }

    private static async Task WriteEntryAsync(IPage page)
    {
        await page.GetByText("Add an entry").ClickAsync();
        await page.GetByLabel("Diagnosis").FillAsync("Vertigo");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write this entry" }).ClickAsync();
        await page.WaitForURLAsync("**done=history");
    }

    // A route whose address cannot be made up here fails: its page would be missing from the run.
    private static async Task<string> AddressAsync(IPage page, string route, string role)
    {
        if (!route.Contains('{', StringComparison.Ordinal)) return route;
        if (route.StartsWith("/calendar/appointments/{Id}", StringComparison.Ordinal))
        {
            await page.GotoAsync("/calendar?view=week");
            return route.Replace("{Id}", (await page.Locator("a.entry.booked, a.entry.good").First.GetAttributeAsync("href"))!.Split('/')[3], StringComparison.Ordinal);
        }

        // Administrators have no list of patients: they find one by name.
        if (route == "/patients/{Id}/book" && role == nameof(Role.Admin))
        {
            await page.GotoAsync("/calendar/book?at=2030-01-01T10:00");
            await page.GetByLabel("Find a patient").FillAsync("a");
            await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
            return route.Replace("{Id}", (await page.Locator("button[name='Input.Patient']").First.GetAttributeAsync("value"))!, StringComparison.Ordinal);
        }

        if (route.StartsWith("/patients/{Id}", StringComparison.Ordinal))
        {
            await page.GotoAsync("/patients");
            var record = (await page.Locator(Listed).First.GetAttributeAsync("href"))!;
            var address = route.Replace("/patients/{Id}", record, StringComparison.Ordinal);
            if (!address.Contains("{Entry}", StringComparison.Ordinal)) return address;
            await page.GotoAsync(record);
            if (await page.GetByRole(AriaRole.Link, new() { Name = "Correct or take back" }).CountAsync() == 0) await WriteEntryAsync(page);
            return (await page.GetByRole(AriaRole.Link, new() { Name = "Correct or take back" }).First.GetAttributeAsync("href"))!;
        }

        if (route.StartsWith("/admin/users/{Id}", StringComparison.Ordinal)) return route.Replace("{Id}", "1", StringComparison.Ordinal);
        Assert.StartsWith("/my/appointments/{Id}/", route);
        var appointments = new AppointmentsPageObject(page);
        await appointments.OpenAsync();
        if (await appointments.Coming.CountAsync() == 0) await appointments.BookFirstAsync("Check-up");
        var link = await page.GetByRole(AriaRole.Link, new() { Name = "Move" }).First.GetAttributeAsync("href");
        return route.Replace("{Id}", link!.Split('/')[3], StringComparison.Ordinal);
    }
}
