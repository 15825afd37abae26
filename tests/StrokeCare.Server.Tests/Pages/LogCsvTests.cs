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
}
