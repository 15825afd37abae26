using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Pages;

/// <summary>The page of imports as a browser without script uses it.</summary>
internal sealed partial class ImportBrowser(RunningPortal portal, string cookie) : IDisposable
{
    public const string Page = "/admin/import";
    public const string Header = "id,gender,age,hypertension,heart_disease,ever_married,work_type,Residence_type,avg_glucose_level,bmi,smoking_status,stroke";

    private readonly HttpClient client = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, CheckCertificateRevocationList = true }) { BaseAddress = portal.Anonymous.BaseAddress };

    public static async Task<ImportBrowser> OfAsync(RunningPortal portal, Person person) => new(portal, (await portal.SignInAsync(person)).Cookie);

    /// <summary>So many good rows, with ids from <paramref name="first"/> on.</summary>
    public static string Rows(int count, int first = 1) => $"{Header}\n{string.Concat(Enumerable.Range(first, count).Select(id => string.Create(
        CultureInfo.InvariantCulture, $"{id},Female,{20 + id % 60},0,{id % 2},Yes,Private,Urban,{80 + id % 100}.5,N/A,never smoked,0\n")))}";

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(new(HttpMethod.Get, path));

    public async Task<string> TextAsync(string path = Page) => await (await GetAsync(path)).Content.ReadAsStringAsync();

    public Task<HttpResponseMessage> StartAsync(string file) => StartAsync(Encoding.UTF8.GetBytes(file));

    public async Task<HttpResponseMessage> StartAsync(byte[] file, bool isForged = false)
    {
        var (token, guard) = await TokenAsync();
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var form = new MultipartFormDataContent { { new StringContent("start-import"), "_handler" } };
        if (!isForged) form.Add(new StringContent(token), "__RequestVerificationToken");
        form.Add(content, "file", "Mary Jones.csv");
        return await SendAsync(new(HttpMethod.Post, Page) { Content = form }, guard);
    }

    public async Task<HttpResponseMessage> CancelAsync(string id)
    {
        var (token, guard) = await TokenAsync();
        using var form = new FormUrlEncodedContent([new("_handler", "cancel-import"), new("__RequestVerificationToken", token), new("Input.Cancel", id)]);
        return await SendAsync(new(HttpMethod.Post, Page) { Content = form }, guard);
    }

    public async Task<ImportRun> WaitAsync(Func<ImportRun, bool> until)
    {
        var ada = new Actor(portal.IdOf(Person.Ada), Person.Ada.Username, Role.Admin, Origin.Local);
        for (var tries = 0; tries < 1200; tries++)
        {
            if ((await portal.Get<WatchImportHandler>().HandleAsync(ada, CancellationToken.None)).Value!.Run is { } run && until(run)) return run;
            await Task.Delay(50);
        }

        throw new TimeoutException("The import does not get there.");
    }

    private async Task<(string Token, string Guard)> TokenAsync()
    {
        using var page = await GetAsync(Page);
        var guard = page.Headers.TryGetValues("Set-Cookie", out var set) ? set.Single(one => one.StartsWith("__Host-antiforgery", StringComparison.Ordinal)).Split(';')[0] : "";
        return (Token().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value, guard);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? guard = null)
    {
        using (request)
        {
            request.Headers.Add("Cookie", guard is null ? cookie : $"{cookie}; {guard}");
            request.Headers.Add("Accept", "text/html");
            return await client.SendAsync(request);
        }
    }

    public void Dispose() => client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Token();
}
