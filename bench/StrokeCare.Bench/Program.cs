using System.CommandLine;
using StrokeCare.Bench;

// Every number that the docs print comes from here: our stores beside hand-written code, on the same engine, in the same run.
var engines = new Option<string>("--engines")
{
    Description = "Which engines, by commas: sqlite, postgresql, mongodb",
    DefaultValueFactory = _ => "sqlite,postgresql,mongodb",
};
var quick = new Option<bool>("--quick") { Description = "A smoke run: small sizes, few rounds, numbers that mean nothing" };
var onlyClinic = new Option<bool>("--only-clinic") { Description = "Only a clinic's day, without the stores beside hand-written code" };
var onlyPages = new Option<bool>("--only-pages") { Description = "Only the portal's pages, in its own process and in Chromium; needs --server" };
var server = new Option<FileInfo?>("--server") { Description = "strokecare's dll: the portal is measured over HTTP as well" };
var outFile = new Option<FileInfo?>("--out") { Description = "Where to write the Markdown report; else it is only printed" };
var command = new RootCommand("Measures the stores beside hand-written ADO.NET and the bare MongoDB driver") { engines, quick, onlyClinic, onlyPages, server, outFile };
command.SetAction(async (parsed, ct) =>
{
    var plan = new Plan
    {
        Engines = parsed.GetRequiredValue(engines).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        Size = parsed.GetValue(quick) ? Sizes.Smoke : Sizes.Full,
        OnlyClinic = parsed.GetValue(onlyClinic),
        OnlyPages = parsed.GetValue(onlyPages),
        Server = parsed.GetValue(server)?.FullName,
        Time = TimeProvider.System,
    };
    var report = "";
    var file = parsed.GetValue(outFile);
    await plan.RunAsync(
        async markdown =>
        {
            report = markdown;
            if (file is not null) await File.WriteAllTextAsync(file.FullName, report, ct);
        },
        ct);
    if (file is null) Console.WriteLine(report);
    return 0;
});
return await command.Parse(args).InvokeAsync();
