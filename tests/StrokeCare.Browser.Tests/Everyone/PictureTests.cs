using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Everyone;

/// <summary>The README's pictures can be taken, from the demonstration as it is: <c>eng/screenshots.sh</c> keeps them.</summary>
public sealed class PictureTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    /// <summary>Next to the projects' own output, which is not in the repository.</summary>
    private static readonly string Folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../screenshots"));

    [Fact]
    public async Task Of_what_each_role_sees_most()
    {
        var doctor = await PageAsAsync(Role.Doctor, Look.Desktop);
        await TakeAsync(doctor, "/work", "work");
        await TakeAsync(doctor, "/calendar", "calendar");
        await doctor.GotoAsync("/work");
        await TakeAsync(doctor, (await doctor.Locator("main a[href^='/patients/']").First.GetAttributeAsync("href"))!, "patient");
        await TakeAsync(await PageAsAsync(Role.Admin, Look.DesktopDark), "/admin", "admin");
        await TakeAsync(await PageAsAsync(Role.Patient, Look.Phone), "/my/risk", "risk");
        Assert.Equal(5, Directory.GetFiles(Folder).Length);
    }

    private static async Task TakeAsync(IPage page, string address, string name)
    {
        var answer = await page.GotoAsync(address);
        Assert.Equal(200, answer!.Status);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.jpg"), Type = ScreenshotType.Jpeg, Quality = 70 });
    }
}
