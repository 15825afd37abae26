using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Admin;

/// <summary>A file is brought in by somebody who watches, by somebody without a mouse, and without script.</summary>
public sealed class ImportJourneyTests(OwnClinic own, Chromium chromium) : PortalTest(own.Clinic, chromium), IClassFixture<OwnClinic>
{
    private const int Many = 40_000;
    private const float Patience = 90_000;

    // The last of it is said at most ten seconds after what was said before it.
    private const float Spoken = 20_000;

    [Fact]
    public async Task Its_progress_is_seen_it_is_left_cancelled_and_gone_on_with()
    {
        var page = await AdminAsync(script: true);
        var import = new ImportPageObject(page);
        var file = ImportPageObject.FileOf(1_000_000, Many);
        await import.OpenAsync();
        own.Clinic.SlowImports();
        await import.SendAsync(file);
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import under way");
        await page.EvaluateAsync("document.documentElement.dataset.same = 'yes'");
        var before = await import.CountAsync("Rows read");
        await import.MovedOnAsync(before);
        Assert.Equal("yes", await page.EvaluateAsync<string>("document.documentElement.dataset.same"));
        await Assertions.Expect(page.Locator("#live-said")).ToContainTextAsync("percent imported");
        Assert.Empty((await page.RunAxe()).Violations);

        await page.GetByRole(AriaRole.Link, new() { Name = "Accounts" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Import" }).First.ClickAsync();
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import under way");
        await Assertions.Expect(import.Start).ToBeHiddenAsync();
        await import.Cancel.ClickAsync();
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import cancelled");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("What is stored stays stored.");
        var stored = await import.CountAsync("New patients");
        Assert.InRange(stored, 1, Many - 1);

        own.Clinic.UsualImports();
        await import.SendAsync(file);
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import done", new() { Timeout = Patience });
        Assert.Equal((stored, Many - stored, 3), (await import.CountAsync("Already there"), await import.CountAsync("New patients"), await import.CountAsync("Rejected")));
        Assert.Empty((await page.RunAxe()).Violations);
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "ever_married is not Yes or No" }).GetByRole(AriaRole.Rowheader)).ToHaveTextAsync("3");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the rejected rows" }).ClickAsync());
        Assert.Equal(["line,reason", "2,age is not a number", "3,ever_married is not Yes or No", "4,\"has 5 cells, the header 12\""], await File.ReadAllLinesAsync(await download.PathAsync()));
    }

    [Fact]
    public async Task An_open_page_shows_the_end_and_then_offers_the_next_file()
    {
        var page = await AdminAsync(script: true);
        var import = new ImportPageObject(page);
        await import.OpenAsync();
        own.Clinic.UsualImports();
        await import.SendAsync(ImportPageObject.FileOf(3_000_000, 8_000));
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import done", new() { Timeout = Patience });
        await Assertions.Expect(page.Locator("#live-said")).ToContainTextAsync("Import done. 8,000 new, 0 already there, 3 rejected.", new() { Timeout = Spoken });
        var next = page.GetByRole(AriaRole.Link, new() { Name = "Import another file" });
        if (await next.IsVisibleAsync()) await next.ClickAsync();
        await Assertions.Expect(import.Start).ToBeVisibleAsync();
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import done");
    }

    [Fact]
    public async Task It_is_begun_and_cancelled_without_a_mouse_and_the_place_is_kept_while_it_is_drawn_anew()
    {
        var page = await PageAsync(Look.Desktop);
        var (keyboard, import) = (new KeyboardUser(page), new ImportPageObject(page));
        await keyboard.SignInAsync(Role.Admin);
        await keyboard.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Import", Exact = true }));
        await keyboard.ReachAsync(import.File);
        own.Clinic.SlowImports();
        // The dialog of the system is not part of the page.
        await import.File.SetInputFilesAsync(ImportPageObject.FileOf(5_000_000, Many));
        await keyboard.PressAsync(import.Start);
        await keyboard.ReachAsync(import.Cancel);
        var before = await import.CountAsync("Rows read");
        await import.MovedOnAsync(before);
        Assert.Equal("cancel-import", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import cancelled");
    }

    [Fact]
    public async Task Without_script_it_says_how_far_it_is_when_it_is_asked_and_is_cancelled()
    {
        var page = await AdminAsync(script: false);
        var import = new ImportPageObject(page);
        await import.OpenAsync();
        own.Clinic.SlowImports();
        await import.SendAsync(ImportPageObject.FileOf(7_000_000, Many));
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import under way");
        var before = await import.CountAsync("Rows read");
        await import.MovedOnAsync(before, () => page.GetByRole(AriaRole.Link, new() { Name = "Show how far it is now" }).ClickAsync());
        Assert.InRange(await import.CountAsync("Rows read"), before + 1, Many);
        await import.Cancel.ClickAsync();
        await Assertions.Expect(import.Title).ToHaveTextAsync("Import cancelled");
        await Assertions.Expect(import.Start).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Junk_is_refused_above_the_form_and_beside_the_field()
    {
        var page = await AdminAsync(script: true);
        var import = new ImportPageObject(page);
        await import.OpenAsync();
        await import.Start.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The file is needed. Choose one.");
        await import.SendAsync(new() { Name = "rows.csv", MimeType = "text/csv", Buffer = [0x50, 0x4b, 3, 4] });
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The file is no text in line 1, at character 3.");
        await import.SendAsync(new() { Name = "rows.csv", MimeType = "text/csv", Buffer = new byte[20 * 1024 * 1024] });
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The file is larger than 10 MB.");
        await page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(import.File).ToBeFocusedAsync();
    }

    private async Task<IPage> AdminAsync(bool script)
    {
        var page = await PageAsync(Look.Desktop, script);
        await new SignInPageObject(page).AsAsync(Role.Admin);
        return page;
    }
}
