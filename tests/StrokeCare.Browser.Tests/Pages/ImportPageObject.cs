using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace StrokeCare.Browser.Tests.Pages;

/// <summary>The page on which an administrator brings a file in.</summary>
internal sealed class ImportPageObject(IPage page)
{
    private const string Header = "id,gender,age,hypertension,heart_disease,ever_married,work_type,Residence_type,avg_glucose_level,bmi,smoking_status,stroke";

    public ILocator Title => page.Locator("#import-title");

    public ILocator Progress => page.GetByRole(AriaRole.Progressbar, new() { Name = "Read of the file" });

    public ILocator Cancel => page.GetByRole(AriaRole.Button, new() { Name = "Cancel the import" });

    public ILocator Start => page.GetByRole(AriaRole.Button, new() { Name = "Start the import" });

    public ILocator File => page.GetByLabel("The file", new() { Exact = true });

    public Task OpenAsync() => page.GotoAsync("/admin/import");

    /// <summary>So many good rows with ids from the first on, and three that are not.</summary>
    public static FilePayload FileOf(int first, int count)
    {
        var rows = Enumerable.Range(first, count).Select(id => string.Create(
            CultureInfo.InvariantCulture, $"{id},Female,{20 + id % 60},0,{id % 2},Yes,Private,Urban,{80 + id % 100}.5,N/A,never smoked,0"));
        string[] bad = ["1,Female,old,0,0,Yes,Private,Urban,90,30,smokes,0", "2,Female,40,0,0,Perhaps,Private,Urban,90,30,smokes,0", "3,Female,40,0,0"];
        return new() { Name = "rows.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(string.Join('\n', [Header, .. bad, .. rows])) };
    }

    public async Task SendAsync(FilePayload file)
    {
        await File.SetInputFilesAsync(file);
        await Start.ClickAsync();
    }

    /// <summary>The number beside its name.</summary>
    public async Task<int> CountAsync(string name) =>
        int.Parse((await page.Locator(".counts > div").Filter(new() { HasText = name }).Locator("dd").InnerTextAsync()).Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    /// <summary>Returns when more rows are read than these. The page's policy lets no script wait for it in the page.</summary>
    public async Task MovedOnAsync(int rows, Func<Task>? look = null)
    {
        for (var tries = 0; await CountAsync("Rows read") <= rows; tries++)
        {
            Assert.True(tries < 300, "The import does not move on.");
            await page.WaitForTimeoutAsync(100);
            if (look is not null) await look();
        }
    }
}
