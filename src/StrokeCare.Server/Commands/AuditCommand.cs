using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StrokeCare.Audit;

namespace StrokeCare.Server.Commands;

internal static class AuditCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as JSON" };

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
        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(verification, VerbOutput.Json));
        else Print(verification);
        return verification.Ok ? Exit.Done : Exit.Failed;
    }

    private static void Print(LogVerification verification)
    {
        VerbOutput.Line($"{verification.Rows} rows, {verification.Checkpoints} checkpoints, {verification.Entities} entities");
        VerbOutput.Line($"covered by a checkpoint up to row {verification.CoveredTo}; {Math.Max(0, verification.Rows - verification.CoveredTo)} rows after it are chained only");
        foreach (var finding in verification.Findings) VerbOutput.Line($"{Place(finding)}{finding.Code}: {finding.Message}");
        if (verification.Ok) VerbOutput.Line($"The log is whole.");
        else if (verification.FirstBadSeq is { } bad) VerbOutput.Line($"The first bad row is {bad}.");
        else VerbOutput.Line($"{verification.Findings.Count} findings.");
    }

    private static string Place(LogFinding finding) => finding switch
    {
        { FromSeq: { } from, Seq: { } to } => string.Create(CultureInfo.InvariantCulture, $"rows {from} to {to}, "),
        { Seq: { } seq } => string.Create(CultureInfo.InvariantCulture, $"row {seq}, "),
        _ => "",
    };
}
