using System.Globalization;
using System.Text;

namespace StrokeCare.Bench;

/// <summary>docs/benchmarks.md: what was measured, on what, how, and where an aim is missed.</summary>
internal sealed class Report(Machine machine, Sizes size, DateTimeOffset at)
{
    private readonly StringBuilder tables = new();
    private Clinic.PublishedTable? published;

    public void Begin(IContest contest) => Begin(contest.Engine, $"{contest.Describes}\n\nBy hand: {contest.ByHandDescribes}");

    public void BeginClinic(string engine, Clinic.ClinicStores clinic) => Begin(
        $"a clinic on {engine}",
        string.Create(CultureInfo.InvariantCulture, $"{clinic.Records.Patients.Count:#,0} patients, {clinic.Records.Entries:#,0} history entries, {clinic.AppointmentsMade:#,0} appointments of {clinic.People.Doctors.Count} doctors, as `strokecare demo` makes them. Searches include their durable row in the log."));

    /// <summary>A table of another form, which grows with each engine.</summary>
    public void Add(Clinic.PublishedTable table) => published = table;

    public void BeginPortal() => Begin("the portal", "The shipped server in a process of its own, SQLite, one doctor signed in by token; every read is in the chained log, on disk, before its body leaves.");

    public void BeginPages(int patients) => Begin("pages", string.Create(CultureInfo.InvariantCulture, $"The shipped server in a process of its own, SQLite, the clinic that `strokecare demo --patients {patients}` makes, one client. By hand is the plain JSON of the same data."));

    /// <summary>A table of another form.</summary>
    public void Add(IReadOnlyList<Pages.Visit> visits)
    {
        var table = Pages.Visit.ToMarkdown(visits);
        tables.Append(table);
        Console.Error.WriteLine(table);
    }

    private void Begin(string title, string description)
    {
        tables.Append(CultureInfo.InvariantCulture, $"""

            ## {title}

            {description}

            | operation | ours | by hand | ours ÷ by hand (lowest–highest of a pair of rounds) | CPU ÷ | aim | met |
            |---|---|---|---|---|---|---|

            """);
        Console.Error.WriteLine($"{title}:");
    }

    public void Add(Line line)
    {
        tables.Append(line).Append('\n');
        Console.Error.WriteLine(line);
    }

    public string ToMarkdown(TimeSpan took) => string.Create(CultureInfo.InvariantCulture, $"""
        # Benchmarks

        Made by `eng/bench.sh` on {at:yyyy-MM-dd}, {at:HH:mm} UTC, in one {size.Name} run of {took.TotalMinutes:0} minutes; do not edit (remarks: `bench/StrokeCare.Bench/Remarks.md`).

        {machine.Describe()}

        {Embedded("Method.md")}
        {tables}{published?.ToMarkdown()}
        {Embedded("Remarks.md")}
        """).ReplaceLineEndings("\n").TrimEnd() + "\n";

    private static string Embedded(string name)
    {
        using var reader = new StreamReader(typeof(Report).Assembly.GetManifestResourceStream($"StrokeCare.Bench.{name}")!);
        return reader.ReadToEnd().TrimEnd();
    }
}
