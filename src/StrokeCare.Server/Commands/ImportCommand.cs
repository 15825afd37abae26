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
        var info = parse.GetRequiredValue(File);
        var json = parse.GetValue(Json);
        await using var content = await ContentAsync(info, ct);
        var opened = KaggleFile.Open(content);
        if (!opened.Succeeded) throw new InvalidDataException($"The file {opened.Error.Fields["file"][0]}");
        var file = opened.Value;
        await using var session = await OperatorSession.OpenAsync(migrate: false, ct);
        var handler = session.Get<ImportPatientsHandler>();
        var result = await ShowingAsync(info.Name, file.Rows, json, progress => ImportAsync(handler, file, progress, ct));
        // Also of an import that was stopped: what it stored is in the log when the verb ends.
        await session.SettleAsync(CancellationToken.None);
        await SayAsync(result, json);
        ct.ThrowIfCancellationRequested();
        return result.Rejected > 0 ? Exit.Failed : Exit.Done;
    }

    // What comes through a pipe can be read once only.
    private static async Task<Stream> ContentAsync(FileInfo info, CancellationToken ct)
    {
        var file = info.OpenRead();
        if (file.CanSeek) return file;
        await using (file)
        {
            var all = new MemoryStream();
            await file.CopyToAsync(all, ct);
            return all;
        }
    }

    private static async Task<ImportProgress> ImportAsync(ImportPatientsHandler handler, KaggleFile file, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        var result = await handler.HandleAsync(file.Read(), Actor.Operator, progress, ct);
        return result.Succeeded ? result.Value : throw new InvalidOperationException(result.Error.Message);
    }

    private static async Task SayAsync(ImportProgress result, bool json)
    {
        foreach (var row in result.RejectedRows) await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"line {row.Line}: {row.Reason}"));
        if (result.Rejected > result.RejectedRows.Count) await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"and {result.Rejected - result.RejectedRows.Count} more"));
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new { imported = result.Imported, already_present = result.AlreadyPresent, rejected = result.RejectedRows.Select(row => new { line = row.Line, reason = row.Reason }) })
            : string.Create(CultureInfo.InvariantCulture, $"imported {result.Imported}, already present {result.AlreadyPresent}, rejected {result.Rejected}"));
    }

    // A bar on a terminal; elsewhere a line now and then; nothing that would disturb JSON.
    private static async Task<ImportProgress> ShowingAsync(string name, int rows, bool json, Func<IProgress<ImportProgress>?, Task<ImportProgress>> import)
    {
        if (json) return await import(null);
        if (Console.IsOutputRedirected) return await import(new Lines());
        return await AnsiConsole.Progress().StartAsync(async bars => await import(new Bar(bars.AddTask(Markup.Escape(name), maxValue: Math.Max(1, rows)))));
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
