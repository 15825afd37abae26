using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Admin;

/// <summary>The log is taken away over a slow line. Without script it is what <see cref="AdminJourneyTests"/> does.</summary>
public sealed class LogDownloadTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    private const int SlowBytesPerSecond = 60_000;

    [Fact]
    public async Task Its_progress_is_seen_and_the_whole_file_saved()
    {
        var page = await AdminAsync();
        var download = await page.RunAndWaitForDownloadAsync(async () =>
        {
            await Link(page).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "Downloaded" })).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator("#download-part")).ToHaveTextAsync(new Regex("^[1-9][0-9]? %$", RegexOptions.None, TimeSpan.FromSeconds(1)));
            Assert.Matches("^[1-9][0-9,]* of [1-9][0-9,]* rows$", await page.Locator("#download-rows").InnerTextAsync());
            Assert.Empty((await page.RunAxe()).Violations);
        }, new() { Timeout = 60_000 });
        Assert.Equal("security-log.csv", download.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.StartsWith("seq,created_at,event_type", lines[0].TrimStart('\uFEFF'));
        Assert.StartsWith("1,", lines[^1]);
        Assert.Equal(long.Parse(lines[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture), lines.Length - 1);
        await Assertions.Expect(page.Locator("#download-said")).ToContainTextAsync("Downloaded:");
        await Assertions.Expect(page.Locator("#download")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task It_is_cancelled_without_a_mouse_and_nothing_is_saved()
    {
        var page = await AdminAsync();
        var saved = 0;
        page.Download += (_, _) => saved++;
        await Link(page).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var cancel = page.GetByRole(AriaRole.Button, new() { Name = "Cancel the download" });
        await Assertions.Expect(cancel).ToBeVisibleAsync();
        await new KeyboardUser(page).ReachAsync(cancel);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#download-said")).ToHaveTextAsync("Cancelled. Nothing was saved.");
        await Assertions.Expect(Link(page)).ToBeFocusedAsync();
        Assert.Equal(0, saved);
    }

    private static ILocator Link(IPage page) => page.GetByRole(AriaRole.Link, new() { Name = "Download the whole log" });

    private async Task<IPage> AdminAsync()
    {
        var page = await PageAsAsync(Role.Admin, Look.Desktop);
        await page.GotoAsync("/admin/log");
        await (await page.Context.NewCDPSessionAsync(page)).SendAsync("Network.emulateNetworkConditions", new()
        {
            ["offline"] = false,
            ["latency"] = 20,
            ["downloadThroughput"] = SlowBytesPerSecond,
            ["uploadThroughput"] = SlowBytesPerSecond,
        });
        return page;
    }
}
