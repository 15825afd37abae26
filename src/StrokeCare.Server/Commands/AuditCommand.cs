using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StrokeCare.Audit;

namespace StrokeCare.Server.Commands;

internal static class AuditCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as JSON" };
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create()
    {
        var verify = new Command("verify", "Recompute the chain, hold it against checkpoints and stores, name the first bad row") { Json };
        verify.SetAction(VerifyAsync);
        return new Command("audit", "The security log") { verify };
    }

    private static async Task<int> VerifyAsync(ParseResult parse, CancellationToken ct)
    {
        await using var session = await OperatorSession.OpenAsync(migrate: false, ct);
        var verification = await session.Get<VerifyLogHandler>().HandleAsync(null, ct);
        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(verification, SnakeCase));
        else Print(verification);
        return verification.Ok ? Exit.Done : Exit.Failed;
    }

    private static void Print(LogVerification verification)
    {
        Line($"{verification.Rows} rows, {verification.Checkpoints} checkpoints, {verification.Entities} entities");
        Line($"covered by a checkpoint up to row {verification.CoveredTo}; {Math.Max(0, verification.Rows - verification.CoveredTo)} rows after it are chained only");
        foreach (var finding in verification.Findings) Line($"{Place(finding)}{finding.Code}: {finding.Message}");
        if (verification.Ok) Line($"The log is whole.");
        else if (verification.FirstBadSeq is { } bad) Line($"The first bad row is {bad}.");
        else Line($"{verification.Findings.Count} findings.");
    }

    private static string Place(LogFinding finding) => finding switch
    {
        { FromSeq: { } from, Seq: { } to } => string.Create(CultureInfo.InvariantCulture, $"rows {from} to {to}, "),
        { Seq: { } seq } => string.Create(CultureInfo.InvariantCulture, $"row {seq}, "),
        _ => "",
    };

    private static void Line(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
