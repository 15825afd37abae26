using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Pages;

/// <summary>The security log as a file that a spreadsheet opens and does not run.</summary>
public sealed class LogCsvTests
{
    [Theory]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("=a,\"b\"", "\"'=a,\"\"b\"\"\"")]
    [InlineData("a=b", "a=b")]
    [InlineData("one, two", "\"one, two\"")]
    [InlineData(null, "")]
    public void A_cell_is_quoted_where_it_must_be_and_never_begins_like_a_formula(string? text, string cell) => Assert.Equal(cell, LogCsv.Cell(text));

    [Fact]
    public async Task An_export_has_every_row_once_newest_first_over_many_batches()
    {
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite);
        var (audit, admin) = (portal.Get<AuditTrail>(), portal.Get<ISecurityLog>());
        var changes = Enumerable.Range(0, 1201).Select(number => audit.Did(AuditAction.ConsistencyChecked, Actor.Operator, $"=row {number}")).ToList();
        await admin.AppendAsync(changes, TestContext.Current.CancellationToken);
        var boss = Actor.Operator with { Role = Role.Admin };
        var export = await portal.Get<ExportLogHandler>().HandleAsync(new() { EventType = AuditAction.ConsistencyChecked.Wire() }, boss, TestContext.Current.CancellationToken);
        using var stream = new MemoryStream();
        await LogCsv.WriteAsync(export.Value!.Rows, stream, TestContext.Current.CancellationToken);
        var lines = System.Text.Encoding.UTF8.GetString(stream.ToArray()).TrimEnd().Split("\r\n");
        var seqs = lines[1..].Select(line => long.Parse(line.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(1201, seqs.Count);
        Assert.Equal(seqs.Distinct().OrderDescending(), seqs);
        Assert.Contains("'=row 1200", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_whose_reader_goes_away_is_read_no_further()
    {
        const int Rows = 12_000;
        var data = $"\"{new string('x', 4_000)}\"";
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite);
        var audit = portal.Get<AuditTrail>();
        for (var at = 0; at < Rows; at += 2_000)
            await portal.Get<ISecurityLog>().AppendAsync([.. Enumerable.Range(at, 2_000).Select(number => audit.Did(AuditAction.ConsistencyChecked, Actor.Operator, $"row {number}") with { AdditionalData = data })], ct);
        // Batches of 500 rows, 2 MB each: what was read past the reader is what the line and its buffers hold.
        Assert.InRange(await ReadAsync(portal, stays: true, ct), Rows / 500, int.MaxValue);
        Assert.InRange(await ReadAsync(portal, stays: false, ct), 1, Rows / 500 / 2);
    }

    /// <summary>How often the log was asked.</summary>
    private static async Task<int> ReadAsync(RunningPortal portal, bool stays, CancellationToken ct)
    {
        var (log, count) = Counting.On(portal.Get<ISecurityLog>());
        var ended = new TaskCompletionSource();
        await using var app = await HostAsync(async http =>
        {
            var export = await new ExportLogHandler(log, portal.Get<AuditTrail>()).HandleAsync(new(), Actor.Operator, http.RequestAborted);
            http.Response.OnCompleted(() =>
            {
                ended.SetResult();
                return Task.CompletedTask;
            });
            await LogDownload.Answer(export.Value!, http.RequestAborted).ExecuteAsync(http);
        });
        using (var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) })
        {
            using var answer = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, ct);
            await using var body = await answer.Content.ReadAsStreamAsync(ct);
            if (stays) await body.CopyToAsync(Stream.Null, ct);
            else Assert.True(await body.ReadAsync(new byte[1024], ct) > 0);
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
        return count.RoundTrips;
    }

    private static async Task<WebApplication> HostAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
