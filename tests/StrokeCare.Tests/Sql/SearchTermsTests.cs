using System.Collections.Concurrent;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.Patients;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Sql;

/// <summary>The table of terms: always what its records say, filled for those that came before it, and read by its key alone.</summary>
public sealed class SearchTermsTests
{
    private const int Clinic = 4000;

    private static readonly Statement Stored = new("SELECT patient_id || ' ' || assigned_doctor_id || ' ' || term FROM patient_terms ORDER BY 1");

    private static readonly Statement Forget = new("UPDATE patients SET search_terms = NULL WHERE archived_at IS NULL");

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_table_says_what_the_records_say(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var patient = PatientBuilder.WithEverything();
        var second = PatientBuilder.APatient().With(doctor: 5);
        await test.AddAsync(patient);
        await test.AddAsync(second);
        await AssertTermsAsync(test, patient, second);

        patient = patient.Next(d => d with { LastName = "\\ \" 漢 ,]", Mrn = null });
        await test.Store.Patients.UpdateAsync(patient, SqlTestStore.AChange(patient), default);
        second = second.Reassign(new(6), PatientBuilder.Now);
        await test.Store.Patients.UpdateAsync(second, SqlTestStore.AChange(second), default);
        await AssertTermsAsync(test, patient, second);

        second = second.Archive(PatientBuilder.Now);
        await test.Store.Patients.UpdateAsync(second, SqlTestStore.AChange(second), default);
        await AssertTermsAsync(test, patient, second);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_start_fills_in_what_an_older_version_left_out_and_changes_nothing_else(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var patients = Enumerable.Range(0, 1200).Select(i => SqlTestStore.APatient($"M{i}")).ToList();
        await test.Store.Patients.AddManyAsync([.. patients.Select(p => new PatientAdded(p, SqlTestStore.AChange(p)))], default);
        var before = await LinesAsync(test);
        await ForgetAsync(test);
        Assert.Empty(await LinesAsync(test));

        await test.Store.EnsureCurrentAsync(default);

        Assert.Equal(before, await LinesAsync(test));
        Assert.Equal(patients[7].AsText(), (await test.Store.Patients.FindAsync(patients[7].Id, default))!.AsText());
        await test.Relay().DrainAsync(default);
        Assert.Equal(1200, (await test.Store.Log.HeadAsync(default)).Seq);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_outage_in_the_middle_leaves_the_rest_to_the_next_start(string engine)
    {
        var passed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var name in SqlFailpoints.OfTerms)
        {
            // Heard by the threads of a store that is opened after it.
            Failpoint.Passed = at =>
            {
                if (at == name && passed.TryAdd(name, true)) throw new IOException($"An outage at {name}.");
            };
            await using var test = await SqlTestStore.NewAsync(engine);
            await test.AddAsync(SqlTestStore.APatient("A1"));
            await ForgetAsync(test);
            try
            {
                await test.Store.EnsureCurrentAsync(default);
            }
            catch (StoreUnavailableException)
            {
                await test.Store.EnsureCurrentAsync(default);
            }

            Assert.Contains(await LinesAsync(test), line => line.EndsWith(" moller", StringComparison.Ordinal));
        }

        Assert.Empty(SqlFailpoints.OfTerms.Except(passed.Keys));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_search_reads_its_terms_by_their_key_and_few_rows(string engine)
    {
        await using var test = await ClinicAsync(engine);
        var searches = new PatientSearches(test.Store.Dialect);
        await foreach (var (name, search) in SearchesAsync(test))
        {
            var (statement, values) = searches.For(search);
            var explain = engine == "sqlite" ? "EXPLAIN QUERY PLAN " : "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ";
            var plan = await test.Store.Readers.QueryAsync(new Statement(explain + statement.Sql, statement.Parameters), row => row.GetString(engine == "sqlite" ? 3 : 0), values, default);
            if (engine == "sqlite") AssertKeyed(name, plan);
            else AssertFew(name, string.Join('\n', plan));
        }

        var like = new NameForms(test.Store.Dialect, test.Store.Writer, test.Store.Readers).Like;
        object?[] forms = [SearchNames.FormsToAsk(["moller", "andersson"]).ToArray(), SearchNames.MostRead];
        if (engine == "sqlite") Assert.Contains(await SqlPlans.StepsAsync(test, like, forms), step => step.StartsWith("SEARCH patient_names USING PRIMARY KEY (form=?)", StringComparison.Ordinal));
        else Assert.Contains((await SqlPlans.NodesAsync(test, like, forms)).Nodes, node => node.TryGetProperty("Index Name", out var index) && index.GetString() == "patient_names_pkey");
    }

    private static void AssertKeyed(string name, List<string> plan)
    {
        var text = $"{name}\n{string.Join('\n', plan)}";
        Assert.Contains(plan, step => step.StartsWith("SEARCH patient_terms USING PRIMARY KEY (term", StringComparison.Ordinal));
        Assert.True(plan.All(step => !step.Contains("patient_terms", StringComparison.Ordinal) || step.Contains("USING PRIMARY KEY (term", StringComparison.Ordinal)), text);
        Assert.True(plan.All(step => !step.StartsWith("SCAN patients", StringComparison.Ordinal)), text);
        Assert.Contains(plan, step => step.StartsWith("SEARCH patients USING INDEX sqlite_autoindex_patients_1 (id=?)", StringComparison.Ordinal));
    }

    private static void AssertFew(string name, string plan)
    {
        var root = JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan");
        var nodes = Flat(root).ToList();
        Assert.True(nodes.All(node => node.GetProperty("Node Type").GetString() != "Seq Scan"), $"{name}\n{plan}");
        var returned = root.GetProperty("Actual Rows").GetDouble();
        var examined = nodes.Where(node => node.TryGetProperty("Relation Name", out _)).Max(node => node.GetProperty("Actual Rows").GetDouble() + Removed(node));
        Assert.True(examined <= (3 * returned) + 100, $"{name}: {examined} for {returned}\n{plan}");
    }

    private static double Removed(JsonElement node) => node.TryGetProperty("Rows Removed by Filter", out var rows) ? rows.GetDouble() : 0;

    private static IEnumerable<JsonElement> Flat(JsonElement node) =>
        node.TryGetProperty("Plans", out var below) ? below.EnumerateArray().SelectMany(Flat).Prepend(node) : [node];

    private static async IAsyncEnumerable<(string Name, PatientSearch Search)> SearchesAsync(SqlTestStore test)
    {
        var random = new Random(3);
        var (i, (first, last)) = Enumerable.Range(0, Clinic).Select(_ => Misspelled.Name(random)).Index().Last(name => Misspelled.IsRare(name.Item));
        foreach (var doctor in new UserId?[] { null, new(i % 20) })
        {
            foreach (var text in new[] { last, $"{first} {last}", $"{last} {first}", $"{first} {last[..^1]}", "1950-03-12", $"{last} 1950-03-12", "m1999", "m199" })
            {
                var query = SearchQuery.Parse(text);
                foreach (var stage in query.Stages(await test.Store.Patients.NamesLikeAsync(query.Words, default))) yield return ($"{text} {doctor}", new() { All = stage, AssignedDoctorId = doctor, Archived = false, Limit = 200 });
            }
        }

        yield return ("both", new() { All = [new([SearchTerms.Phone("020 7946 0958")!], null)], Limit = 50 });
    }

    private static async Task<SqlTestStore> ClinicAsync(string engine)
    {
        var test = await SqlTestStore.NewAsync(engine);
        var random = new Random(3);
        var added = new List<PatientAdded>();
        for (var i = 0; i < Clinic; i++)
        {
            var (first, last) = Misspelled.Name(random);
            var patient = SqlTestStore.APatient($"M{i}", doctor: i % 20);
            patient = patient with { Details = patient.Details with { FirstName = first, LastName = last } };
            added.Add(new(patient, SqlTestStore.AChange(patient)));
        }

        await test.Store.Patients.AddManyAsync(added, default);
        var analyze = new Statement("ANALYZE");
        await test.Store.Writer.RunAsync(session => session.Execute(analyze), default);
        return test;
    }

    private static async Task AssertTermsAsync(SqlTestStore test, params Patient[] patients) => Assert.Equal(
        patients.SelectMany(p => SearchTerms.Of(p).Select(term => $"{p.Id} {p.AssignedDoctorId?.Value ?? 0} {term}")).Order(StringComparer.Ordinal),
        await LinesAsync(test));

    private static async Task<List<string>> LinesAsync(SqlTestStore test) =>
        [.. (await test.Store.Readers.QueryAsync(Stored, row => row.GetString(0), [], default)).Order(StringComparer.Ordinal)];

    private static Task<int> ForgetAsync(SqlTestStore test) => test.Store.Writer.RunAsync(session => session.Execute(Forget), default);
}
