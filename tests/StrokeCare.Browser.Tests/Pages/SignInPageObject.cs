using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Demo;

namespace StrokeCare.Browser.Tests.Pages;

/// <summary>The sign-in page, as somebody uses it.</summary>
internal sealed class SignInPageObject(IPage page)
{
    public static string NameOf(Role role) => role switch { Role.Admin => DemoPeople.AdminName, Role.Doctor => DemoPeople.DoctorName, Role.Patient => DemoPeople.PatientName };

    public Task OpenAsync() => page.GotoAsync("/sign-in");

    public async Task FillAsync(string username, string password)
    {
        await page.GetByLabel("User name").FillAsync(username);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    public async Task AsAsync(Role role)
    {
        await OpenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = role switch { Role.Patient => "Be a patient", Role.Doctor => "Be a doctor", Role.Admin => "Be an administrator" } }).ClickAsync();
    }
}
