using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Demo;

namespace StrokeCare.Browser.Tests.Pages;

/// <summary>Somebody without a mouse: gets everywhere with the tab key, and sees where they are.</summary>
internal sealed class KeyboardUser(IPage page)
{
    private const int MostSteps = 150;

    public async Task SignInAsync(Role role)
    {
        await page.GotoAsync("/sign-in");
        await TypeAsync(page.GetByLabel("User name"), SignInPageObject.NameOf(role));
        await TypeAsync(page.GetByLabel("Password", new() { Exact = true }), DemoPeople.Password);
        await SendAsync();
    }

    /// <summary>Goes on until it is focused; what never is cannot be reached.</summary>
    public async Task ReachAsync(ILocator wanted)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (!await wanted.EvaluateAllAsync<bool>("all => all.includes(document.activeElement)")) continue;
            Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
            return;
        }

        throw new InvalidOperationException($"{wanted} is not reached with {MostSteps} steps.");
    }

    public async Task TypeAsync(ILocator field, string text)
    {
        await ReachAsync(field);
        await page.Keyboard.TypeAsync(text);
    }

    /// <summary>Reaches a link or a button and presses it.</summary>
    public async Task PressAsync(ILocator wanted)
    {
        await ReachAsync(wanted);
        await SendAsync();
    }

    /// <summary>Reaches a group of choices and goes along it.</summary>
    public async Task ChooseAsync(string group, string choice)
    {
        await ReachAsync(page.GetByRole(AriaRole.Group, new() { Name = group }).GetByRole(AriaRole.Radio));
        var wanted = page.GetByRole(AriaRole.Group, new() { Name = group }).GetByLabel(choice, new() { Exact = true });
        await page.Keyboard.PressAsync("Space");
        for (var step = 0; step < 5 && !await wanted.IsCheckedAsync(); step++) await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(wanted).ToBeCheckedAsync();
    }

    // The page that is left carries a mark: the next one is there when the mark is gone.
    private async Task SendAsync()
    {
        await page.EvaluateAsync("document.documentElement.dataset.left = 'yes'");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("html:not([data-left]) h1")).ToBeVisibleAsync();
        await page.WaitForLoadStateAsync();
    }
}
