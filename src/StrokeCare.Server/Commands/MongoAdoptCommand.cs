using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Mongo.Adoption;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Commands;

/// <summary>Takes over a database that an older system wrote. A look first: what a run with --apply would do, it says.</summary>
internal static class MongoAdoptCommand
{
    private static readonly Option<bool> Apply = new("--apply") { Description = "Do it; without this it is only looked at" };
    private static readonly Option<bool> SetAside = new("--set-aside") { Description = "With --apply: move what cannot be adopted into the collection not_adopted, whole" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON" };

    public static Command Create()
    {
        var command = new Command("adopt", "Take over the records of an older system: look, or with --apply do it; safe to stop and to repeat") { Apply, SetAside, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var apply = parse.GetValue(Apply);
        if (parse.GetValue(SetAside) && !apply)
        {
            await Console.Error.WriteLineAsync("--set-aside moves documents: it goes with --apply.");
            return Exit.Usage;
        }

        await using var session = await OperatorSession.OpenMongoAsync(ct);
        if (!session.KeepsRecordsInMongo) throw new SettingException("USE_MONGODB", "is not true, so no records are kept in MongoDB.");
        var report = await AdoptAsync(session, apply, parse.GetValue(SetAside), ct);
        if (apply) await EndAsync(session, report, ct);
        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, VerbOutput.Json));
        else Print(report);
        return report.Collections.All(one => one.Unresolved == one.SetAside) ? Exit.Done : Exit.Failed;
    }

    private static async Task<AdoptionReport> AdoptAsync(OperatorSession session, bool apply, bool setAside, CancellationToken ct)
    {
        // First, so that no time and no key is given twice by what follows.
        if (apply) await session.Mongo.Operations.CreateIndexesAsync(withAccounts: false, ct);
        var order = new AdoptionOrder
        {
            Apply = apply,
            SetAside = setAside,
            DeploymentId = session.DeploymentId,
            Clock = session.Get<ClinicClock>(),
            Audit = session.Get<AuditTrail>(),
        };
        return await session.Mongo.Adoption.RunAsync(order, new Lines(), ct);
    }

    private static async Task EndAsync(OperatorSession session, AdoptionReport report, CancellationToken ct)
    {
        await session.SettleAsync(ct);
        var told = string.Join(", ", report.Collections.Select(one => string.Create(
            CultureInfo.InvariantCulture, $"{one.Name} {one.Adopted} adopted, {one.Already} already, {one.Unresolved - one.SetAside} left, {one.SetAside} set aside")));
        await session.Get<AuditTrail>().HappenedAsync(AuditAction.StoreAdopted, Actor.Operator, $"Store adopted: {told}", report.IsComplete ? AuditSeverity.Info : AuditSeverity.High, ct);
        if (report.IsComplete) await session.Mongo.SetDeploymentIdAsync(session.DeploymentId, ct);
        await session.SettleAsync(ct);
    }

    private static void Print(AdoptionReport report)
    {
        foreach (var one in report.Collections)
            VerbOutput.Line($"{one.Name}: {one.Adopted} {(report.Applied ? "adopted" : "to adopt")}, {one.Already} already, {one.Unresolved} unresolved{(one.SetAside > 0 ? ", set aside" : "")}");
        foreach (var finding in report.Findings) VerbOutput.Line($"{finding.Code}: {finding.Count} ({string.Join(", ", finding.Examples)}{(finding.Count > finding.Examples.Count ? ", …" : "")})");
        Console.WriteLine(Verdict(report));
    }

    private static string Verdict(AdoptionReport report)
    {
        if (report.Collections.Any(one => one.Unresolved > one.SetAside)) return "What is unresolved needs a person: correct the documents, or run this with --apply --set-aside.";
        if (report.Collections.All(one => one.Adopted == 0 && one.SetAside == 0)) return "There is nothing to adopt.";
        return report.Applied ? "The database is adopted: a portal may start with it." : "Nothing was changed; --apply does this.";
    }

    /// <summary>To standard error, so that a report in a file has none of it.</summary>
    private sealed class Lines : IProgress<AdoptionProgress>
    {
        public void Report(AdoptionProgress value) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Collection}: {value.Documents} documents"));
    }
}
