using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using StrokeCare.Accounts;
using StrokeCare.Patients;

namespace StrokeCare.Server.Commands;

internal static class ImportCommand
{
    private static readonly Argument<FileInfo> File = new Argument<FileInfo>("csv") { Description = "A file in the format of the Kaggle Stroke Prediction Dataset" }.AcceptExistingOnly();
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON" };

    public static Command Create()
    {
        var command = new Command("import", "Import patients; running it again imports only what is not there yet") { File, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var file = parse.GetRequiredValue(File);
        var json = parse.GetValue(Json);
        await using var session = await OperatorSession.OpenAsync(migrate: false, ct);
        var handler = session.Get<ImportPatientsHandler>();
        var result = await ShowingAsync(file, json, progress => ImportAsync(handler, file, progress, ct));
        await session.SettleAsync(ct);
        foreach (var rejected in result.Rejected) await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"line {rejected.Line}: {rejected.Reason}"));
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new { imported = result.Imported, already_present = result.AlreadyPresent, rejected = result.Rejected.Select(r => new { line = r.Line, reason = r.Reason }) })
            : string.Create(CultureInfo.InvariantCulture, $"imported {result.Imported}, already present {result.AlreadyPresent}, rejected {result.Rejected.Count}"));
        return result.Rejected.Count > 0 ? Exit.Failed : Exit.Done;
    }

    private static async Task<ImportProgress> ImportAsync(ImportPatientsHandler handler, FileInfo file, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        using var text = file.OpenText();
        var result = await handler.HandleAsync(KaggleCsv.Read(text), Actor.Operator, progress, ct);
        return result.Succeeded ? result.Value : throw new InvalidOperationException(result.Error.Message);
    }

    // A bar on a terminal; elsewhere a line now and then; nothing that would disturb JSON.
    private static async Task<ImportProgress> ShowingAsync(FileInfo file, bool json, Func<IProgress<ImportProgress>?, Task<ImportProgress>> import)
    {
        if (json) return await import(null);
        if (Console.IsOutputRedirected) return await import(new Lines());
        var lines = await System.IO.File.ReadLinesAsync(file.FullName).CountAsync(line => line.Length > 0);
        return await AnsiConsole.Progress().StartAsync(async bars =>
        {
            var bar = bars.AddTask(Markup.Escape(file.Name), maxValue: Math.Max(1, lines - 1));
            return await import(new Bar(bar));
        });
    }

    private sealed class Bar(ProgressTask bar) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => bar.Value = value.Rows;
    }

    private sealed class Lines : IProgress<ImportProgress>
    {
        private const int Every = 5_000;

        private int next = Every;

        public void Report(ImportProgress value)
        {
            if (value.Rows < next) return;
            next = value.Rows + Every;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Rows} rows"));
        }
    }
}
