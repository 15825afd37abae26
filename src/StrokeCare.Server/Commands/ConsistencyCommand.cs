using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using StrokeCare.Accounts;
using StrokeCare.Consistency;

namespace StrokeCare.Server.Commands;

internal static class ConsistencyCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as JSON" };

    private static readonly JsonSerializerOptions SnakeCase = new(VerbOutput.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static Command Create()
    {
        var check = new Command("check", "Look for what should not exist in any store; ends with 1 when something is found") { Json };
        check.SetAction(CheckAsync);
        var repair = new Command("repair", "Put right what a check calls repairable, then check again; ends with 1 when something is left") { Json };
        repair.SetAction(RepairAsync);
        return new Command("consistency", "What the stores hold, against each other and against the log") { check, repair };
    }

    private static async Task<int> CheckAsync(ParseResult parse, CancellationToken ct)
    {
        await using var session = await OperatorSession.OpenAsync(migrate: false, ct);
        var report = await LookAsync(session, parse.GetValue(Json), ct);
        await session.SettleAsync(ct);
        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, SnakeCase));
        else Print(report);
        return report.Ok ? Exit.Done : Exit.Failed;
    }

    private static async Task<int> RepairAsync(ParseResult parse, CancellationToken ct)
    {
        await using var session = await OperatorSession.OpenAsync(migrate: false, ct);
        var repaired = Of(await session.Get<RepairConsistencyHandler>().HandleAsync(Actor.Operator, ct));
        var left = await LookAsync(session, parse.GetValue(Json), ct);
        await session.SettleAsync(ct);
        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(new { repaired, left }, SnakeCase));
        else Print(repaired, left);
        return left.Ok ? Exit.Done : Exit.Failed;
    }

    private static async Task<ConsistencyReport> LookAsync(OperatorSession session, bool json, CancellationToken ct)
    {
        var handler = session.Get<CheckConsistencyHandler>();
        // Nothing that would disturb JSON or a file.
        if (json || Console.IsOutputRedirected) return Of(await handler.HandleAsync(Actor.Operator, null, ct));
        return await AnsiConsole.Status().StartAsync("accounts", async status => Of(await handler.HandleAsync(Actor.Operator, new Steps(status), ct)));
    }

    private static T Of<T>(Result<T> result) => result.Succeeded ? result.Value : throw new InvalidOperationException(result.Error.Message);

    private static void Print(ConsistencyRepair repaired, ConsistencyReport left)
    {
        VerbOutput.Line($"{repaired.IntentsEnded} intents ended, {repaired.KeysMended} keys mended, {repaired.ChangesCarried} changes carried into the log");
        Print(left);
    }

    private static void Print(ConsistencyReport report)
    {
        foreach (var finding in report.Findings) VerbOutput.Line($"{finding.Code}{(finding.Repairable ? " (repairable)" : "")}: {finding.Message}");
        VerbOutput.Line($"{report.Entities} records and {report.LogRows} rows of the log checked");
        if (report.Ok) VerbOutput.Line($"Nothing is amiss.");
        else if (report.Findings.Any(finding => finding.Repairable)) VerbOutput.Line($"{report.Findings.Count} findings; strokecare consistency repair mends what is repairable.");
        else VerbOutput.Line($"{report.Findings.Count} findings, none of which can be repaired without a person's decision.");
    }

    private sealed class Steps(StatusContext status) : IProgress<ConsistencyProgress>
    {
        public void Report(ConsistencyProgress value) => status.Status(value.Done == 0 ? value.Step : string.Create(CultureInfo.InvariantCulture, $"{value.Done} {value.Step}"));
    }
}
