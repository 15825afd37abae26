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

        var missed = new List<string>();
        for (var i = 0; i < Asked; i++)
        {
            var meant = clinic[random.Next(clinic.Count)];
            var typed = Misspelled.Once($"{meant.Details.FirstName} {meant.Details.LastName}", random);
            var found = (await handler.HandleAsync(new() { Q = typed, Limit = 5 }, Actor.Operator, Ct)).Value!.Items;
            if (found.All(p => p.Id != meant.Id)) missed.Add($"{meant.Details.FirstName} {meant.Details.LastName} typed as {typed}: {found.Count} others");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Asked - missed.Count} of {Asked} found among the first five of {clinic.Count}"));
        Assert.True(missed.Count <= Asked / 20, string.Join('\n', missed));
    }

    private static Patient Somebody(Random random)
    {
        var (first, last) = Misspelled.Name(random);
        return APatient().With(details: APatient().Details with { FirstName = first, LastName = last });
    }
}
