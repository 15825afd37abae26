using System.Diagnostics;
using System.Globalization;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Sql;

public sealed class ScratchBulkTests(ITestOutputHelper output)
{
    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Bulk(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var random = new Random(5);
        for (var round = 0; round < 8; round++)
        {
            foreach (var named in new[] { true, false })
            {
                var added = Enumerable.Range(0, 1000).Select(i =>
                {
                    var (first, last) = Misspelled.Name(random);
                    var p = SqlTestStore.APatient(named ? $"M{round}-{i}" : null, doctor: i % 20);
                    p = p with { Details = p.Details with { FirstName = named ? first : null, LastName = named ? last : null, Phone = named ? "0701234567" : null } };
                    return new PatientAdded(p, SqlTestStore.AChange(p));
                }).ToList();
                var at = Stopwatch.GetTimestamp();
                await test.Store.Patients.AddManyAsync(added, default);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine} named={named} {Stopwatch.GetElapsedTime(at).TotalMilliseconds:F0} ms, terms {added.Sum(a => SearchTerms.Of(a.Patient).Count)}"));
            }
        }
    }
}
