using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Tests.Sql;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Patients;

/// <summary>How often one slip in a name still finds the record among the first five. STROKECARE_SEARCH_PATIENTS makes the clinic larger.</summary>
public abstract class PatientMisspellingContract<TFixture>(TFixture fixture, ITestOutputHelper output) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    private const int Least = 2000;
    private const int Asked = 400;
    private const int Shown = 5;

    private static int Clinic => int.TryParse(TestEngines.Read("STROKECARE_SEARCH_PATIENTS"), CultureInfo.InvariantCulture, out var size) ? Math.Max(size, Least) : Least;

    [Fact]
    public async Task Nineteen_in_twenty_misspelled_names_are_among_the_first_five()
    {
        await using var log = await SqlTestStore.NewAsync("sqlite");
        var handler = new SearchPatientsHandler(Patients, History, new AuditTrail(log.Store.Log, TimeProvider.System));
        var random = new Random(20260101);
        var clinic = new List<Patient>();
        while (clinic.Count < Clinic)
        {
            var chunk = Enumerable.Range(0, 500).Select(_ => Somebody(random)).ToList();
            await Patients.AddManyAsync([.. chunk.Select(p => p.AsAdded())], Ct);
            clinic.AddRange(chunk);
        }

        // Nothing is asked for people like Wei Li, whose names are all too short to be guessed at.
        var asked = clinic.FindAll(p => LongName(p).Length >= SearchText.LeastGuessed);
        // Of a name that more bear than the answer has room for, nothing typed tells whom it means: there the name is what can be found.
        var bearers = clinic.CountBy(Name).ToDictionary();
        var (told, others) = (asked.FindAll(p => bearers[Name(p)] <= Shown), asked.FindAll(p => bearers[Name(p)] > Shown));
        Assert.True(clinic.Count > Least || others.Count == 0, "In the usual clinic everybody is asked for in person.");
        await HoldsAsync("the whole name, for the very person", told, meant => Misspelled.Once(Name(meant), random), (found, meant) => found.Id == meant.Id);
        if (others.Count > 0) await HoldsAsync("the whole name of many, by that name", others, meant => Misspelled.Once(Name(meant), random), (found, meant) => Name(found) == Name(meant));
        // Many bear the very same first or last name: with that alone, the name is what can be found.
        await HoldsAsync(
            "one name alone", asked, meant => Misspelled.Once(LongName(meant), random),
            (found, meant) => Name(found).Split(' ').Contains(LongName(meant), StringComparer.Ordinal));
        await HoldsAsync(
            "the name and the date of birth, for the very person", asked, meant => $"{Misspelled.Once(Name(meant), random)} {meant.Details.DateOfBirth:yyyy-MM-dd}",
            (found, meant) => found.Id == meant.Id);

        async Task HoldsAsync(string what, List<Patient> among, Func<Patient, string> typedOf, Func<PatientSummary, Patient, bool> isHit)
        {
            var missed = new List<string>();
            for (var i = 0; i < Asked; i++)
            {
                var meant = among[random.Next(among.Count)];
                var typed = typedOf(meant);
                var found = (await handler.HandleAsync(new() { Q = typed, Limit = Shown }, Actor.Operator, Ct)).Value!.Items;
                if (!found.Any(p => isHit(p, meant))) missed.Add($"{Name(meant)} typed as {typed}: {string.Join(", ", found.Select(Name))}");
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Asked - missed.Count} of {Asked} found among the first five of {clinic.Count}"));
            Assert.True(missed.Count <= Asked / 20, string.Join('\n', missed));
        }
    }

    private static string Name(Patient patient) => $"{patient.Details.FirstName} {patient.Details.LastName}";

    private static string Name(PatientSummary patient) => $"{patient.FirstName} {patient.LastName}";

    private static string LongName(Patient patient) =>
        patient.Details.LastName!.Length >= SearchText.LeastGuessed ? patient.Details.LastName : patient.Details.FirstName!;

    private static Patient Somebody(Random random)
    {
        var (first, last) = Misspelled.Name(random);
        var birth = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-random.Next(20 * 365, 95 * 365));
        return APatient().With(details: APatient().Details with { FirstName = first, LastName = last, DateOfBirth = birth, Age = null });
    }
}
