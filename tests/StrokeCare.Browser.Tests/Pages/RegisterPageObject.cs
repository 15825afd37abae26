using Microsoft.Playwright;

namespace StrokeCare.Browser.Tests.Pages;

/// <summary>The form with which somebody makes account and record.</summary>
internal sealed class RegisterPageObject(IPage page)
{
    public const string Password = "seven slow snails cross";

    public Task OpenAsync() => page.GotoAsync("/register");

    public async Task FillAsync(string username, string email)
    {
        await page.GetByLabel("First name").FillAsync("Nadia");
        await page.GetByLabel("Last name").FillAsync("Okafor");
        await page.GetByLabel("Day").FillAsync("27");
        await page.GetByLabel("Month").FillAsync("3");
        await page.GetByLabel("Year").FillAsync("1958");
        await page.GetByLabel("Female").CheckAsync();
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("User name").FillAsync(username);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
    }

    public async Task AnswerHealthAsync()
    {
        foreach (var (question, answer) in new[] { ("stroke before", "No"), ("high blood pressure", "Yes"), ("medicine", "Yes"), ("heart disease", "No"), ("heart attack", "No"), ("uneven heart beat", "No"), ("diabetes", "No") })
            await page.GetByRole(AriaRole.Group, new() { Name = question }).GetByLabel(answer, new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Group, new() { Name = "smoke" }).GetByLabel("Never").CheckAsync();
        await page.GetByLabel("Blood pressure", new() { Exact = false }).And(page.Locator("input[inputmode=decimal]")).FillAsync("142");
        await page.GetByLabel("Blood sugar").FillAsync("104,5");
    }

    public Task SendAsync() => page.GetByRole(AriaRole.Button, new() { Name = "Make my account" }).ClickAsync();
}
