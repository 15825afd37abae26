using System.Collections.Concurrent;
using System.Globalization;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Sql;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.History;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.History.HistoryBuilder;

namespace StrokeCare.Tests.Sql;

/// <summary>The table of an entry's terms: always what the entries say, filled for those that came before it, and read by its key alone.</summary>
public sealed class HistoryTermsTableTests
{
    private static readonly Statement Stored = new("SELECT patient_id || ' ' || record_date || ' ' || entry_id || ' ' || term FROM history_terms");

    private static readonly Statement Forget = new("UPDATE medical_history SET search_terms = NULL");

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_table_says_what_the_entries_say(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var (entry, other) = (AnEntry(), WithEverything() with { Version = 1, Amendments = [] });
        await AddAsync(test, entry);
        await AddAsync(test, other);
        await AssertTermsAsync(test, entry, other);

        var next = entry.Corrected("\\ \" 漢 ,]");
        next = next with { Text = next.Text with { Notes = null, RecordDate = Day.AddDays(-3) } };
        await test.Store.History.AmendAsync(next, next.AsChange(), default);
        await AssertTermsAsync(test, next, other);

        var last = next.EnteredInError();
        await test.Store.History.AmendAsync(last, last.AsChange(), default);
        await AssertTermsAsync(test, last, other);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_start_fills_in_what_an_older_version_left_out_and_changes_nothing_else(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var entries = Enumerable.Range(0, 1200).Select(i => AnEntry()).ToList();
        foreach (var entry in entries) await AddAsync(test, entry);
        var before = await LinesAsync(test);
        await ForgetAsync(test);
        Assert.Empty(await LinesAsync(test));

        await test.Store.EnsureCurrentAsync(default);

        Assert.Equal(before, await LinesAsync(test));
        Assert.Equal(entries[7].AsText(), (await test.Store.History.FindAsync(entries[7].PatientId, entries[7].Id, default))!.AsText());
        await test.Relay().DrainAsync(default);
        Assert.Equal(1200, (await test.Store.Log.HeadAsync(default)).Seq);
    }

#if FAILPOINTS
    [Theory, MemberData(nameof(Engines))]
    public async Task An_outage_in_the_middle_leaves_the_rest_to_the_next_start(string engine)
    {
        var passed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var name in SqlFailpoints.OfHistoryTerms)
        {
            // Heard by the threads of a store that is opened after it.
            Failpoint.Passed = at =>
            {
                if (at == name && passed.TryAdd(name, true)) throw new IOException($"An outage at {name}.");
            };
            await using var test = await SqlTestStore.NewAsync(engine);
            await AddAsync(test, AnEntry());
            await ForgetAsync(test);
            try
            {
                await test.Store.EnsureCurrentAsync(default);
            }
            catch (StoreUnavailableException)
            {
                await test.Store.EnsureCurrentAsync(default);
            }

            Assert.Contains(await LinesAsync(test), line => line.EndsWith(" hypertension", StringComparison.Ordinal));
        }

        Assert.Empty(SqlFailpoints.OfHistoryTerms.Except(passed.Keys));
    }
#endif

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_search_reads_its_terms_by_their_key_and_no_more_entries_than_it_answers(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var patient = await FillAsync(test);
        var searches = new HistorySearches(test.Store.Dialect);
        foreach (var (words, begun) in new (string[] Words, string Begun)[] { ([], "w1999"), ([], "w19"), (["stroke"], "w"), (["w1500", "stroke"], "seen"), (["stroke", "seen"], "s"), ([], "nothing") })
        {
            var (statement, values) = searches.For(new() { Patient = patient, Words = words, Begun = begun, Limit = 20 });
            var explain = engine == "sqlite" ? "EXPLAIN QUERY PLAN " : "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ";
            var plan = await test.Store.Readers.QueryAsync(new Statement(explain + statement.Sql, statement.Parameters), row => row.GetString(engine == "sqlite" ? 3 : 0), values, default);
            var text = $"{string.Join(' ', words)} {begun}\n{string.Join('\n', plan)}";
            if (engine == "sqlite")
            {
                // A whole word is one stretch of the key as well as of the index by term.
                Assert.True(plan.Count(step => step.StartsWith("SEARCH history_terms USING PRIMARY KEY (patient_id=? AND term", StringComparison.Ordinal)
                    || step == "SEARCH history_terms USING COVERING INDEX idx_history_terms_term (term=? AND patient_id=?)") == words.Length + 1, text);
                Assert.True(plan.All(step => !step.StartsWith("SCAN medical_history", StringComparison.Ordinal) && !step.StartsWith("SCAN history_terms", StringComparison.Ordinal)), text);
                continue;
            }

            Assert.DoesNotContain("Seq Scan", text, StringComparison.Ordinal);
            Assert.Contains("medical_history_pkey", text, StringComparison.Ordinal);
        }
    }

    private static async Task<PatientId> FillAsync(SqlTestStore test)
    {
        var patient = PatientBuilder.NewId();
        for (var i = 0; i < 3000; i++)
        {
            var entry = AnEntry(i % 2 == 0 ? patient : PatientBuilder.NewId(), Day.AddDays(i / 100));
            await AddAsync(test, entry with { Text = entry.Text with { Diagnosis = string.Create(CultureInfo.InvariantCulture, $"Stroke w{i}"), Notes = "seen" } });
        }

        var analyze = new Statement("ANALYZE");
        await test.Store.Writer.RunAsync(session => session.Execute(analyze), default);
        return patient;
    }

    private static async Task AssertTermsAsync(SqlTestStore test, params HistoryEntry[] entries) => Assert.Equal(
        entries.SelectMany(e => HistoryTerms.Of(e.Text).Select(term => string.Create(CultureInfo.InvariantCulture, $"{e.PatientId} {e.Text.RecordDate.ToUnixTimeMilliseconds()} {e.Id} {term}"))).Order(StringComparer.Ordinal),
        await LinesAsync(test));

    private static async Task<List<string>> LinesAsync(SqlTestStore test) =>
        [.. (await test.Store.Readers.QueryAsync(Stored, row => row.GetString(0), [], default)).Order(StringComparer.Ordinal)];

    private static Task<AddHistoryOutcome> AddAsync(SqlTestStore test, HistoryEntry entry) => test.Store.History.AddAsync(entry, entry.AsChange(), default);

    private static Task<int> ForgetAsync(SqlTestStore test) => test.Store.Writer.RunAsync(session => session.Execute(Forget), default);
}
