using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Demo;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Commands;

/// <summary>
/// Serves a synthetic clinic from an instance directory of its own, <c>instance-demo</c> unless STROKECARE_INSTANCE says
/// otherwise. A clinic that is in use is never written to.
/// </summary>
internal static class DemoCommand
{
    private const string InstanceSetting = "STROKECARE_INSTANCE";
    private const string DefaultInstance = "instance-demo";

    /// <summary>In an instance directory that this verb has made, and may make anew.</summary>
    private const string Mark = "demonstration";

    private static readonly Option<int> Seed = new("--seed") { Description = "The same seed gives the same clinic", DefaultValueFactory = _ => 2026 };
    private static readonly Option<int> Patients = AtLeastOne(new("--patients") { Description = "How many patients", DefaultValueFactory = _ => 500 });
    private static readonly Option<bool> Fresh = new("--fresh") { Description = "Throw an earlier demonstration away and make it anew, around today" };
    private static readonly Option<bool> FillOnly = new("--fill-only") { Description = "Make the clinic and end, without serving it" };

    /// <summary>Whether this instance was made by this verb.</summary>
    public static bool IsDemonstration(InstanceOptions instance) => File.Exists(MarkOf(instance));

    public static Command Create()
    {
        var command = new Command("demo", "Serve a synthetic clinic to look at; sign-ins are printed") { Seed, Patients, Fresh, FillOnly };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        if (Configuration.Read().Text(InstanceSetting) is null) Environment.SetEnvironmentVariable(InstanceSetting, DefaultInstance);
        var instance = InstanceOptions.From(Configuration.Read());
        if (parse.GetValue(Fresh)) Discard(instance);
        var refused = await FillAsync(instance, parse.GetValue(Seed), parse.GetValue(Patients), ct);
        if (refused is not null)
        {
            await Console.Error.WriteLineAsync(refused);
            return Exit.Usage;
        }

        Console.WriteLine(
            $"""

            Sign in with the password  {DemoPeople.Password}
                as admin    {DemoPeople.AdminName}
                as doctor   {DemoPeople.DoctorName}
                as patient  {DemoPeople.PatientName}

            """);
        return parse.GetValue(FillOnly) ? Exit.Done : await ServeCommand.RunAsync(migrate: true, ct);
    }

    /// <summary>Null when the clinic is there, else why it is not.</summary>
    private static async Task<string?> FillAsync(InstanceOptions instance, int seed, int patients, CancellationToken ct)
    {
        // Where no demonstration was made yet, its password is hashed while the stores are opened.
        var hashing = new Lazy<Task<string>>(DemoPeople.HashAsync);
        if (!IsDemonstration(instance)) _ = hashing.Value;
        await using var session = await OperatorSession.OpenAsync(migrate: true, ct);
        var users = session.Get<IUserStore>();
        if (await users.FindByUsernameAsync(DemoPeople.AdminName, ct) is { } admin)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The demonstration of {admin.CreatedAt:d MMMM yyyy} is served; --fresh makes one around today."));
            return null;
        }

        if (await users.AnyAdminAsync(ct) || await users.ListAsync(new() { Limit = 1 }, ct) is not [])
        {
            return File.Exists(MarkOf(instance))
                ? "The last demonstration was stopped while it was made; --fresh makes it anew."
                : "These stores belong to a clinic. A demonstration needs its own: name an empty STROKECARE_INSTANCE, or an empty database.";
        }

        await File.WriteAllTextAsync(MarkOf(instance), "strokecare demo made this directory and may throw it away.\n", ct);
        await FillAsync(session, seed, patients, hashing.Value, ct);
        return null;
    }

    private static async Task FillAsync(OperatorSession session, int seed, int count, Task<string> hashing, CancellationToken ct)
    {
        var (clock, now) = (Stopwatch.StartNew(), session.Get<TimeProvider>().GetUtcNow());
        IEnumerable<SyntheticPatient> Draw() => new SyntheticPatients(seed, SyntheticPatients.Doctors, now).Draw(count);
        var made = await session.RelayingAsync(
            async () =>
            {
                var people = await session.Get<FillDemoPeopleHandler>().HandleAsync(Draw(), hashing, now, ct);
                var records = await session.Get<FillDemoRecordsHandler>().HandleAsync(Draw(), people, new Lines(), ct);
                var appointments = await session.Get<FillDemoCalendarHandler>().HandleAsync(records.Patients, people, seed, now, ct);
                await session.Get<FillDemoPeopleHandler>().AddAdminAsync(people, now, ct);
                return (Doctors: people.Doctors.Count, Patients: records.Patients.Count, records.Entries, Appointments: appointments);
            },
            ct);
        await session.SettleAsync(ct);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{made.Doctors} doctors, {made.Patients} patients, {made.Entries} history entries and {made.Appointments} appointments in {clock.Elapsed.TotalSeconds:0.0} s"));
    }

    // Never what is not known to be a demonstration.
    private static void Discard(InstanceOptions instance)
    {
        if (!Directory.Exists(instance.Directory)) return;
        if (!File.Exists(MarkOf(instance))) throw new SettingException(InstanceSetting, $"{instance.Directory} is no demonstration; --fresh leaves it alone.");
        Directory.Delete(instance.Directory, recursive: true);
    }

    private static string MarkOf(InstanceOptions instance) => Path.Combine(instance.Directory, Mark);

    private static Option<int> AtLeastOne(Option<int> option)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000) result.AddError("--patients is 1 to 1000000.");
        });
        return option;
    }

    /// <summary>A line now and then, where there is much to make.</summary>
    private sealed class Lines : IProgress<int>
    {
        private const int Every = 10_000;

        public void Report(int value)
        {
            if (value % Every == 0) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value} patients"));
        }
    }
}
