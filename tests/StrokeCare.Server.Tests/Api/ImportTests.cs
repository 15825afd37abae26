using System.Net;
using System.Net.Http.Headers;
using System.Text;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Tests.Pages;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Api;

/// <summary>A file of patients sent to the API; the answer comes when all of it is in.</summary>
public sealed class ImportTests(Portals portals)
{
    private const string Path = "/api/admin/import";

    private static int ids = 1_000_000;

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Brings_in_what_is_not_there_yet_and_tells_lines_and_reasons(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var first = Interlocked.Add(ref ids, 10);
        var file = $"{ImportBrowser.Rows(3, first)}{first + 5},Female,Mary Jones,0,0,Yes,Private,Urban,90,30,smokes,0\n";

        var report = await (await SendAsync(portal, Csv(file))).ObjectAsync();
        Assert.Equal("""{"rows":4,"imported":3,"already_present":0,"rejected_count":1,"rejected":[{"line":5,"reason":"age is not a number"}],"stopped":false}""", report.ToJsonString());

        using var form = new MultipartFormDataContent { { Csv(file), "file", "stroke.csv" } };
        var again = await (await SendAsync(portal, form)).ObjectAsync();
        Assert.Equal((0, 3, 1), ((int)again["imported"]!, (int)again["already_present"]!, (int)again["rejected_count"]!));
        await portal.SettleAsync();
        var ended = await portal.Get<ISecurityLog>().FindAsync(new() { EventType = AuditAction.ImportCompleted.Wire(), Limit = 2 }, default);
        Assert.All(ended, row => Assert.Equal(Person.Ada.Username, row.Username));
        Assert.Equal(2, ended.Count);
    }

    [Fact]
    public async Task Junk_is_refused_whole_in_words()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        foreach (var content in new[] { "", "a,b\n1,2\n", "\0\0" }) await (await SendAsync(portal, Csv(content))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "file");
        using var empty = new MultipartFormDataContent { { new StringContent("x"), "other" } };
        await (await SendAsync(portal, empty)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "file");
        using var broken = Csv("--");
        broken.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        await (await SendAsync(portal, broken)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "file");
        using var json = Http.Json("{}");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(portal, json)).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_of_more_than_ten_megabytes_is_refused_however_it_comes(bool isChunked)
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', StartImportHandler.MaxBytes + 1))));
        content.Headers.ContentType = new("text/csv");
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        request.Headers.TransferEncodingChunked = isChunked;
        var problem = await (await portal.As(Person.Ada).SendAsync(request)).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "file");
        Assert.Contains("10 MB", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_at_a_time_and_who_goes_away_does_not_stop_it()
    {
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite);
        using var leaves = new CancellationTokenSource();
        var first = FirstAsync();
        var desk = portal.Get<WatchImportHandler>();
        while ((await desk.HandleAsync(StrokeCare.Accounts.Actor.Operator, default)).Value!.Run is null) await Task.Delay(5);

        await (await SendAsync(portal, Csv(ImportBrowser.Rows(1, 90_000)))).ProblemAsync(HttpStatusCode.Conflict, "import.under_way");
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        ImportRun run;
        while ((run = (await desk.HandleAsync(StrokeCare.Accounts.Actor.Operator, default)).Value!.Run!).IsUnderWay) await Task.Delay(20);
        Assert.Equal((ImportState.Done, 20_000), (run.State, run.Progress.Imported));

        async Task FirstAsync()
        {
            using var file = Csv(ImportBrowser.Rows(20_000));
            using var answer = await portal.As(Person.Ada).PostAsync(new Uri(Path, UriKind.Relative), file, leaves.Token);
        }
    }

    private static Task<HttpResponseMessage> SendAsync(RunningPortal portal, HttpContent content) => portal.As(Person.Ada).PostAsync(new Uri(Path, UriKind.Relative), content);

    private static ByteArrayContent Csv(string file)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return content;
    }
}
