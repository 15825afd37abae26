using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.History.HistoryBuilder;

namespace StrokeCare.Tests.History;

/// <summary>Which entries every store finds by which words, and in which order.</summary>
public abstract class HistorySearchContract<TFixture>(TFixture fixture) : HistoryContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task Finds_what_has_all_words_the_last_of_them_perhaps_only_begun()
    {
        var patient = PatientBuilder.NewId();
        var entry = await WrittenAsync(patient, "Ischämischer Schlaganfall", "Amlodipine 10 mg", "Pressure 160/95 at the O'Brien ward");
        await WrittenAsync(patient, "TIA", null, "Pressure normal");

        foreach (var query in new[] { "schlaganfall", "ISCHAMISCHER", "isch", "10 amlod", "160 95 pressure", "obrien", "brien", "o ward", "ward pressure schlag" })
            Assert.Equal([entry.Id], await FindAsync(patient, query));
        foreach (var query in new[] { "schlag amlodipine", "hlaganfall", "stroke", "tia schlaganfall", "16" + "1" })
            Assert.Empty(await FindAsync(patient, query));
    }

    [Fact]
    public async Task Finds_in_one_patients_history_only()
    {
        var (one, other) = (PatientBuilder.NewId(), PatientBuilder.NewId());
        var entry = await WrittenAsync(one, "Stroke");
        await WrittenAsync(other, "Stroke");

        Assert.Equal([entry.Id], await FindAsync(one, "stroke"));
        Assert.Empty(await FindAsync(PatientBuilder.NewId(), "s"));
    }

    [Fact]
    public async Task Finds_what_an_entry_says_now_also_one_in_error()
    {
        var patient = PatientBuilder.NewId();
        var entry = await WrittenAsync(patient, "Stroke");
        var corrected = await AmendedAsync(entry.Corrected("Migraine"));
        Assert.Empty(await FindAsync(patient, "stroke"));
        Assert.Equal([entry.Id], await FindAsync(patient, "migraine"));

        var last = await AmendedAsync(corrected.EnteredInError());
        var found = Assert.Single(await History.SearchAsync(Search(patient, "migraine", 10), Ct));
        Assert.Equal(last.AsText(), found.AsText());
    }

    [Fact]
    public async Task Answers_the_newest_first_up_to_the_limit_and_follows_a_changed_date()
    {
        var patient = PatientBuilder.NewId();
        var entries = new List<HistoryEntry>();
        // Dates of several entries, not written in their order; each has a word of its own beside the common ones.
        for (var i = 0; i < 20; i++) entries.Add(await WrittenAsync(patient, $"Follow-up number w{i}", at: Day.AddDays(-(i * 7 % 20 / 3))));
        var expected = entries.OrderByDescending(e => e.Text.RecordDate).ThenByDescending(e => e.Id.Value).Select(e => e.Id).ToList();

        Assert.Equal(expected, await FindAsync(patient, "follow up"));
        Assert.Equal(expected[..7], await FindAsync(patient, "number follow", limit: 7));
        Assert.Equal(expected[..1], await FindAsync(patient, "w", limit: 1));

        var oldest = entries.Single(e => e.Id == expected[^1]);
        await AmendedAsync(oldest.Corrected("Follow-up") with { Text = oldest.Text with { RecordDate = Day.AddDays(9) } });
        Assert.Equal([oldest.Id, .. expected[..^1]], await FindAsync(patient, "follow"));
    }

    [Fact]
    public async Task Keeps_and_finds_texts_as_long_as_they_may_be_and_words_beyond_any_key()
    {
        var patient = PatientBuilder.NewId();
        var words = string.Join(' ', Enumerable.Range(0, 3000)).PadRight(HistoryRules.NotesMaxLength)[..HistoryRules.NotesMaxLength];
        var entry = await WrittenAsync(patient, new string('x', HistoryRules.DiagnosisMaxLength), new string('漢', HistoryRules.TreatmentMaxLength), words);

        foreach (var query in new[] { "1999", "7 8 9 10 11 12 13 14", new string('x', 200), new string('漢', 100), "xxxx" }) Assert.Equal([entry.Id], await FindAsync(patient, query));
        Assert.Empty(await FindAsync(patient, "xy"));
    }

    [Fact]
    public async Task Takes_words_as_they_are()
    {
        var patient = PatientBuilder.NewId();
        await WrittenAsync(patient, "a b");

        foreach (var begun in new[] { ".", "a.", ".*", "%", "_", "a%", "\\", "^", "$ne", "'", "\"" })
            Assert.Empty(await History.SearchAsync(new() { Patient = patient, Words = [], Begun = begun, Limit = 10 }, Ct));
    }

    [Fact]
    public async Task Names_the_patients_of_whom_one_entry_has_all_words_newest_first_and_each_once()
    {
        var (word, patients) = ("w" + PatientBuilder.NewId(), new List<PatientId>());
        for (var i = 0; i < 7; i++)
        {
            var patient = PatientBuilder.NewId();
            patients.Add(patient);
            for (var entries = 0; entries <= i % 3; entries++) await WrittenAsync(patient, $"Aphasia {word}", null, i % 2 == 0 ? "left arm weak" : "right leg weak");
            // Both words, but never in one entry.
            await WrittenAsync(PatientBuilder.NewId(), $"{word} weak");
        }

        patients = [.. patients.OrderByDescending(p => p.Value)];
        var left = patients.Where(p => p == patients[0] || patients.IndexOf(p) % 2 == 0).ToList();
        Assert.Equal(patients, await MentionsAsync(1000, null, word, "aphasia"));
        Assert.Equal(left, await MentionsAsync(1000, null, "arm", "left", word));
        Assert.Equal(patients.Take(3), await MentionsAsync(1000, [.. patients.Take(3), PatientBuilder.NewId()], "weak", "aphasia", word));
        Assert.Equal(patients[..1], await MentionsAsync(1, null, word, "aphasia"));
        Assert.Empty(await MentionsAsync(10, null, word, "aphas"));
        Assert.Empty(await MentionsAsync(10, [PatientBuilder.NewId()], word));
        Assert.Equal(14, (await MentionsAsync(1000, null, word)).Count);
    }

    [Fact]
    public async Task Names_more_patients_than_are_read_at_once()
    {
        var (word, patients) = ("w" + PatientBuilder.NewId(), new List<PatientId>());
        for (var i = 0; i < 1100; i++)
        {
            patients.Add(PatientBuilder.NewId());
            await WrittenAsync(patients[^1], $"Aphasia {word}");
        }

        patients.Reverse();
        Assert.Equal(patients, await MentionsAsync(2000, null, word, "aphasia"));
        Assert.Equal(patients[..700], await MentionsAsync(700, null, word));
        Assert.Equal(patients[..900], await MentionsAsync(new() { Words = [word], First = 7, Limit = 900 }));
    }

    [Fact]
    public async Task Names_a_patient_once_also_where_a_read_ends_among_the_entries_and_reads_no_further_than_it_is_asked()
    {
        var (word, patients) = ("w" + PatientBuilder.NewId(), Enumerable.Range(0, 5).Select(_ => PatientBuilder.NewId()).ToList());
        foreach (var patient in patients)
        {
            for (var entries = 0; entries < 3; entries++) await WrittenAsync(patient, $"Aphasia {word}");
        }

        patients.Reverse();
        Assert.Equal(patients, await MentionsAsync(new() { Words = [word], First = 2, Limit = 1000 }));
        Assert.Equal(patients, await MentionsAsync(new() { Words = [word], First = 4, Limit = 1000 }));
        Assert.InRange((await History.PatientsAsync(new() { Words = [word], First = 2, Limit = 1000 }, Ct).FirstAsync(Ct)).Count, 1, 2);
    }

    private async Task<List<PatientId>> MentionsAsync(int limit, PatientId[]? among, params string[] words) =>
        await MentionsAsync(new() { Words = words, Among = among, Limit = limit });

    private async Task<List<PatientId>> MentionsAsync(HistoryMention mention) => await History.PatientsAsync(mention, Ct).SelectMany(read => read).ToListAsync(Ct);

    private async Task<HistoryEntry> WrittenAsync(PatientId patient, string diagnosis, string? treatment = null, string? notes = null, DateTimeOffset? at = null)
    {
        var entry = AnEntry(patient, at);
        return await AddedAsync(entry with { Text = new() { Diagnosis = diagnosis, Treatment = treatment, Notes = notes, RecordDate = entry.Text.RecordDate } });
    }

    private async Task<List<HistoryEntryId>> FindAsync(PatientId patient, string query, int limit = 100) =>
        [.. (await History.SearchAsync(Search(patient, query, limit), Ct)).Select(entry => entry.Id)];

    private static HistorySearch Search(PatientId patient, string query, int limit)
    {
        var words = SearchText.Words(query).ConvertAll(HistoryTerms.Cut);
        return new() { Patient = patient, Words = words[..^1], Begun = words[^1], Limit = limit };
    }
}
