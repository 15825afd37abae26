using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Account;

/// <summary>Signing in and out, passwords and devices, with script switched off.</summary>
public sealed class SessionJourneyTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    [Fact]
    public async Task What_was_typed_when_the_session_ended_is_there_after_signing_in_again()
    {
        var page = await RegisteredAsync("draft.keeper");
        await page.GotoAsync("/my/appointments/book");
        await page.Locator("a.slot").First.ClickAsync();
        var form = page.Url;
        await page.GetByLabel("Why do you want to come?").FillAsync("A long story, hard to type");
        await EndOthersAsync("draft.keeper");

        await page.GetByRole(AriaRole.Button, new() { Name = "Book this time" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Your session has ended");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("We kept what you typed");
        Assert.DoesNotContain("story", page.Url);
        await new SignInPageObject(page).FillAsync("draft.keeper", RegisterPageObject.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show me what I typed" }).ClickAsync();

        Assert.Equal(form, page.Url);
        await Assertions.Expect(page.GetByLabel("Why do you want to come?")).ToHaveValueAsync("A long story, hard to type");
        await page.GetByRole(AriaRole.Button, new() { Name = "Book this time" }).ClickAsync();
        Assert.EndsWith("?done=booked", page.Url);
    }

    [Fact]
    public async Task Somebody_else_who_signs_in_does_not_get_what_was_typed()
    {
        var page = await RegisteredAsync("left.behind");
        await page.GotoAsync("/my/appointments/book");
        await page.Locator("a.slot").First.ClickAsync();
        await page.GetByLabel("Why do you want to come?").FillAsync("Nobody else should read this");
        await EndOthersAsync("left.behind");
        await page.GetByRole(AriaRole.Button, new() { Name = "Book this time" }).ClickAsync();

        await new SignInPageObject(page).FillAsync(SignInPageObject.NameOf(Role.Patient), Demo.DemoPeople.Password);
        Assert.EndsWith("/my", page.Url);
        Assert.DoesNotContain("Nobody else", await page.ContentAsync());
    }

    [Fact]
    public async Task A_device_that_is_signed_out_elsewhere_is_out_at_its_next_step()
    {
        var phone = await RegisteredAsync("two.devices");
        var desk = await PageAsync(Look.Desktop, script: false);
        await new SignInPageObject(desk).OpenAsync();
        await new SignInPageObject(desk).FillAsync("two.devices", RegisterPageObject.Password);
        await desk.GotoAsync("/account/sessions");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Sign out there" }).ClickAsync();
        await Assertions.Expect(desk.GetByRole(AriaRole.Status)).ToContainTextAsync("signed out");
        await phone.GotoAsync("/my/record");
        Assert.Contains("/sign-in?to=%2Fmy%2Frecord", phone.Url);
        await new SignInPageObject(phone).FillAsync("two.devices", RegisterPageObject.Password);
        Assert.EndsWith("/my/record", phone.Url);
    }

    [Fact]
    public async Task A_password_is_changed_and_the_old_one_opens_nothing()
    {
        var page = await RegisteredAsync("new.words");
        await page.GotoAsync("/account/password");
        await page.GetByLabel("Current password").FillAsync("not my password at all");
        await page.GetByLabel("New password").FillAsync("eleven green umbrellas");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set my new password" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Current password is wrong");
        await page.GetByLabel("Current password").FillAsync(RegisterPageObject.Password);
        await page.GetByLabel("New password").FillAsync("eleven green umbrellas");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set my new password" }).ClickAsync();
        Assert.EndsWith("/account?done=password", page.Url);

        await page.GotoAsync("/sign-out");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out now" }).ClickAsync();
        Assert.EndsWith("/sign-in?done=signed-out", page.Url);
        await new SignInPageObject(page).FillAsync("new.words", RegisterPageObject.Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong");
        await new SignInPageObject(page).FillAsync("new.words", "eleven green umbrellas");
        Assert.EndsWith("/my", page.Url);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forgotten_password_is_set_anew_with_the_mail(bool script)
    {
        var name = $"forgetful.{(script ? "one" : "two")}";
        var page = await RegisteredAsync(name, script);
        await page.GotoAsync("/forgot-password");
        await page.GetByLabel("E-mail address").FillAsync($"{name}@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send me the mail" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Look at your e-mail");
        var (link, code) = await MailToAsync($"{name}@example.org");
        await page.GotoAsync(link);
        if (script) await Assertions.Expect(page.GetByLabel("Code from the mail")).ToHaveValueAsync(code);
        else await page.GetByLabel("Code from the mail").FillAsync(code);
        Assert.Equal(script, !page.Url.Contains(code, StringComparison.Ordinal));
        await page.GetByLabel("New password").FillAsync("nine paper lanterns glow");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set my new password" }).ClickAsync();
        await new SignInPageObject(page).FillAsync(name, "nine paper lanterns glow");
        Assert.EndsWith("/my", page.Url);
    }

    [Fact]
    public async Task Colours_and_text_size_are_chosen_without_script_and_stay()
    {
        var page = await WithoutScriptAsync();
        await new SignInPageObject(page).OpenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        Assert.EndsWith("/sign-in", page.Url);
        await page.GetByRole(AriaRole.Button, new() { Name = "Large" }).ClickAsync();
        await new SignInPageObject(page).AsAsync(Role.Patient);
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-text", "large");
    }

    [Fact]
    public async Task No_one_is_sent_to_another_site_after_signing_in()
    {
        var page = await WithoutScriptAsync();
        await page.GotoAsync("/sign-in?to=//evil.example/");
        await new SignInPageObject(page).FillAsync(SignInPageObject.NameOf(Role.Patient), Demo.DemoPeople.Password);
        Assert.Equal($"{Clinic.Address}/my", page.Url);
    }

    private async Task<IPage> RegisteredAsync(string name, bool script = false)
    {
        var page = await PageAsync(Look.Phone, script);
        var register = new RegisterPageObject(page);
        await register.OpenAsync();
        await register.FillAsync(name, $"{name}@example.org");
        await register.SendAsync();
        Assert.EndsWith("/my?done=welcome", page.Url);
        return page;
    }

    // From another browser, as one does on a lost phone.
    private async Task EndOthersAsync(string name)
    {
        var other = await WithoutScriptAsync();
        await new SignInPageObject(other).OpenAsync();
        await new SignInPageObject(other).FillAsync(name, RegisterPageObject.Password);
        await other.GotoAsync("/account/sessions");
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out there" }).First.ClickAsync();
    }

    private async Task<(string Link, string Code)> MailToAsync(string address)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var mails = Directory.Exists(Clinic.Mails) ? Directory.GetFiles(Clinic.Mails, "*.eml") : [];
            foreach (var mail in mails)
            {
                using var message = await MimeKit.MimeMessage.LoadAsync(mail);
                if (!message.To.ToString().Contains(address, StringComparison.Ordinal)) continue;
                var code = message.TextBody!.Split("#token=")[1][..43];
                return ($"/reset-password#token={code}", code);
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"No mail to {address}.");
    }
}
