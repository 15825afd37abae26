using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Tests.Sql;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Patients;

/// <summary>Searches through the operation, on each engine; the log is SQLite's in all of them.</summary>
public abstract class PatientSearchContract<TFixture>(TFixture fixture) : StoreContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    private SqlTestStore log = null!;

    private static Actor Admin { get; } = Actor.Operator;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        log = await SqlTestStore.NewAsync("sqlite");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Finds_by_name_number_and_date_of_birth_in_any_order_and_spelling()
    {
        var (last, mrn) = (Word(), Unique("M"));
        var patient = await AddedAsync(Named("Zoë", $"O'{last}-Ångström", mrn, new DateOnly(1950, 3, 12)));

        foreach (var q in new[] { last, $"zoe {last}", $"{last} ZOË", $"o{last}angstrom", mrn, mrn.Replace("-", "", StringComparison.Ordinal), $"{last} 12/03/1950", $"12 Mar 1950 {last}" })
            Assert.Equal((q, patient.Id), (q, Assert.Single(await FoundAsync(q)).Id));
        foreach (var q in new[] { $"{last} 1950-03-13", $"{last} bob", $"zoe {last} 1951" }) Assert.Empty(await FoundAsync(q));
    }

    [Fact]
    public async Task The_last_word_may_be_only_begun()
    {
        var last = Word();
        var patient = await AddedAsync(Named("Anna", last));

        Assert.Equal(patient.Id, Assert.Single(await FoundAsync($"anna {last[..^3]}")).Id);
        Assert.Empty(await FoundAsync($"{last[..^3]} anna"));
    }

    [Fact]
    public async Task Letters_begin_names_and_what_has_a_digit_begins_numbers_and_names_that_have_one()
    {
        var (first, last, third) = (Word(), Word(), Word());
        var numbered = await AddedAsync(Named("Ada", last, $"{first}77 9"));
        var named = await AddedAsync(Named("Bob", $"{third}774"));

        Assert.Empty(await FoundAsync(first));
        foreach (var q in new[] { $"{first}7", $"{first}77", $"{first}779", $"{last[..^2]}", $"9 {last}", $"{last} {first}77" })
            Assert.Equal((q, numbered.Id), (q, Assert.Single(await FoundAsync(q)).Id));
        foreach (var q in new[] { third, $"{third}7", $"{third}774", $"bob {third}77" }) Assert.Equal((q, named.Id), (q, Assert.Single(await FoundAsync(q)).Id));
    }

    [Fact]
    public async Task What_was_typed_comes_before_what_begins_like_it_and_that_before_a_slip()
    {
        var rest = Word();
        var name = "xy" + rest;
        var slip = await AddedAsync(Named("Slip", "yx" + rest));
        var begun = await AddedAsync(Named("Begun", name + "son"));
        var exact = await AddedAsync(Named("Exact", name));

        Assert.Equal([exact.Id, begun.Id, slip.Id], (await FoundAsync(name)).Select(p => p.Id));
        Assert.Equal([exact.Id], (await FoundAsync(name, limit: 1)).Select(p => p.Id));
    }

    [Fact]
    public async Task Of_names_that_may_have_been_meant_each_comes_once_before_any_comes_again()
    {
        var name = Word();
        var rare = await AddedAsync(Named("Ann", "xx" + name));
        var many = new List<Patient>();
        for (var i = 0; i < 6; i++) many.Add(await AddedAsync(Named("Bob", "xy" + name)));

        Assert.Equal([many[^1].Id, rare.Id], (await FoundAsync("x" + name, limit: 2)).Select(p => p.Id));
        Assert.Equal([many[^1].Id, rare.Id, many[^2].Id, many[^3].Id], (await FoundAsync("x" + name, limit: 4)).Select(p => p.Id));
        Assert.Equal([rare.Id], (await FoundAsync($"ann x{name}")).Select(p => p.Id));
    }

    [Fact]
    public async Task A_name_that_may_have_been_meant_is_found_behind_however_many_who_bear_others()
    {
        var name = Word();
        var (rare, rarest) = (await AddedAsync(Named("Ann", "xx" + name)), await AddedAsync(Named("Ann", "xz" + name)));
        await Patients.AddManyAsync([.. Enumerable.Range(0, 250).Select(i => Named("Bob", (i < 240 ? "xy" : "xv") + name).AsAdded())], Ct);
        await Patients.AddManyAsync([.. Enumerable.Range(0, 240).Select(_ => Named("Bob", "xw" + name).AsAdded())], Ct);

        var found = await FoundAsync("x" + name, limit: 5);

        Assert.Equal(["xv", "xw", "xx", "xy", "xz"], found.Select(p => p.LastName![..2]).Order(StringComparer.Ordinal));
        Assert.Equal(2, found.Count(p => p.Id == rare.Id || p.Id == rarest.Id));
    }

    [Fact]
    public async Task A_slip_beside_the_mark_in_a_name_still_finds_it()
    {
        var last = Word();
        var patient = await AddedAsync(Named("Zoë", $"O'{last}"));

        foreach (var q in new[] { $"o{last[0]}'{last[1..]}", $"zoë ox'{last}", $"x'{last} zoë" }) Assert.Equal((q, patient.Id), (q, Assert.Single(await FoundAsync(q)).Id));
        Assert.Empty(await FoundAsync($"bob o{last[0]}'{last[1..]}"));
    }

    [Fact]
    public async Task Terms_follow_every_change_of_the_record()
    {
        var (before, after) = (Word(), Word());
        var patient = await AddedAsync(Named("Ann", before, Unique("M")));
        var next = patient.Next(d => d with { LastName = after });
        await UpdateAsync(next);
        Assert.Empty(await FoundAsync(before));
        Assert.Equal(2, Assert.Single(await FoundAsync(after)).Version);

        var archived = next.Archive(Now);
        await UpdateAsync(archived);
        Assert.Empty(await FoundAsync(after));
        Assert.Single(await FoundAsync(after, archived: true));

        await UpdateAsync(archived.Restore(null, Now));
        Assert.Single(await FoundAsync(after));
        Assert.Empty(await FoundAsync(after, archived: true));
    }

    [Fact]
    public async Task A_name_is_known_from_its_first_record_on_however_that_was_written()
    {
        var (added, changed, bulk, never) = (Word(), Word(), Word(), Word());
        var patient = await AddedAsync(Named("Ann", added, Unique("M")));
        await UpdateAsync(patient.Next(d => d with { LastName = changed }));
        await Patients.AddManyAsync([Named("Ann", bulk).AsAdded(), Named("Ann", bulk).AsAdded()], Ct);

        var like = await Patients.NamesLikeAsync([added[1..], changed + "x", bulk, never, "ann", "1950"], Ct);

        Assert.Equal(new[] { added, changed, bulk }.Order(StringComparer.Ordinal), like.Where(name => name.Length > 8).Order(StringComparer.Ordinal));
        Assert.Empty(await Patients.NamesLikeAsync([], Ct));
        Assert.Empty(await Patients.NamesLikeAsync(["an", "1950"], Ct));
    }

    [Fact]
    public async Task A_bulk_is_found_like_single_records()
    {
        var name = Word();
        var patients = Enumerable.Range(0, 600).Select(i => Named($"P{i}", name)).ToList();
        await Patients.AddManyAsync([.. patients.Select(p => p.AsAdded())], Ct);

        Assert.Equal(patients[599].Id, Assert.Single(await FoundAsync($"{name} p599")).Id);
        Assert.Equal(100, (await FoundAsync(name, limit: 100)).Count);
    }

    [Fact]
    public async Task A_date_or_number_that_very_many_have_hides_nobody()
    {
        var (day, last, shared) = (new DateOnly(1931, 2, 14), Word(), Unique("M"));
        var many = Enumerable.Range(100, 230).Select(i => Named("Many", Word(), $"{shared} {i}7", day)).ToList();
        var one = Named("Zoë", last, $"{shared} 9007", day);
        await Patients.AddManyAsync([.. many.Take(115).Append(one).Concat(many.Skip(115)).Select(p => p.AsAdded())], Ct);

        foreach (var q in new[] { $"{last} 1931-02-14", $"1931-02-14 zoe {last[..^2]}", $"1931-02-14 {Misspelled.Once(last, new Random(1))}", $"{shared} 900", $"{shared} 9007" })
            Assert.Equal((q, one.Id), (q, Assert.Single(await FoundAsync(q)).Id));
        Assert.Equal(SearchPatients.DefaultLimit, (await FoundAsync("1931-02-14")).Count);
    }

    [Fact]
    public async Task A_doctors_own_are_told_from_others_before_the_limit()
    {
        var (name, mine, other) = (Word(), UniqueUser(), UniqueUser());
        var own = Named("Own", name) with { AssignedDoctorId = new(mine) };
        await Patients.AddManyAsync([.. Enumerable.Range(0, 300).Select(i => (Named("Other", name) with { AssignedDoctorId = new(other) }).AsAdded()), own.AsAdded()], Ct);
        var doctor = new Actor(new(mine), "doctor", Role.Doctor, Origin.Local);

        Assert.Equal([own.Id], (await FoundAsync(name, doctor)).Select(p => p.Id));
        foreach (var q in new[] { $"other {name}", $"{name} oth", name[1..] + " other" }) Assert.Empty(await FoundAsync(q, doctor));

        await UpdateAsync(own.Reassign(new(other), Now));
        Assert.Empty(await FoundAsync(name, doctor));
    }

    [Fact]
    public async Task The_log_tells_count_and_ids_and_never_what_was_asked()
    {
        var name = Word();
        var patient = await AddedAsync(Named("Ann", name));
        await FoundAsync(name);

        var row = Assert.Single(await log.Store.Log.ReadAfterAsync(0, 10, Ct));
        Assert.Equal(("patients_searched", "1 row: searched"), (row.EventType, row.EventDescription));
        Assert.Equal(patient.Id.ToString(), JsonDocument.Parse(row.AdditionalData!).RootElement.GetProperty("ids")[0].GetString());
        Assert.DoesNotContain(name, JsonSerializer.Serialize(row), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Likely_duplicates_are_told_with_their_reasons_and_of_others_only_how_many()
    {
        var (last, mrn, mine) = (Word(), Unique("D"), UniqueUser());
        var birth = new DateOnly(1950, 3, 12);
        var own = await AddedAsync(Named("Magda", last, null, new(1950, 12, 3)) with { AssignedDoctorId = new(mine) });
        var foreign = await AddedAsync(Named("Magdaa", last, null, birth) with { AssignedDoctorId = new(UniqueUser()) });
        var archived = Named("Else", Word(), mrn).Archive(Now) with { Version = 1, AssignedDoctorId = new(mine) };
        await AddedAsync(archived);
        var phone = Named("Mag", last);
        await AddedAsync(phone.With(details: phone.Details with { Phone = "+44 20 7946 0958", DateOfBirth = birth, Age = null }));
        var draft = new FindDuplicates { FirstName = "Magda", LastName = last, Mrn = mrn.ToUpperInvariant(), DateOfBirth = birth, Phone = "020 7946 0958" };

        var all = await DuplicatesAsync(draft, Admin);
        var seen = await DuplicatesAsync(draft, new Actor(new(mine), "doctor", Role.Doctor, Origin.Local));

        Assert.Equal([archived.Id, own.Id, phone.Id, foreign.Id], all.Items.Select(i => i.Patient.Id));
        Assert.Equal(
            ["SameMrn", "SameName DayMonthSwapped", "SameDateOfBirth SamePhone", "SimilarName SameDateOfBirth"],
            all.Items.Select(i => string.Join(' ', i.Likeness.Reasons)));
        Assert.Equal([true, false, false, false], all.Items.Select(i => i.Archived));
        Assert.Equal((0, own.Id, 3), (all.Elsewhere, Assert.Single(seen.Items).Patient.Id, seen.Elsewhere));
    }

    [Theory]
    [InlineData(" 42", "-42")]
    [InlineData("-42", "42")]
    [InlineData("42", " 42")]
    public async Task A_number_is_the_same_however_its_parts_are_divided(string stored, string typed)
    {
        var number = Word();
        var patient = await AddedAsync(Named("Else", Word(), number + stored));

        var likely = Assert.Single((await DuplicatesAsync(new() { Mrn = number + typed }, Admin)).Items);
        Assert.Equal((patient.Id, "SameMrn"), (likely.Patient.Id, string.Join(' ', likely.Likeness.Reasons)));
    }

    private static Patient Named(string first, string last, string? mrn = null, DateOnly? birth = null) =>
        APatient().With(details: APatient().Details with { FirstName = first, LastName = last, Mrn = mrn, DateOfBirth = birth, Age = birth is null ? 61 : null });

    // A name nobody has and that is no slip away from another.
    private static string Word() => string.Concat(Guid.Parse(StrokeCare.Changes.Change.NewId()).ToByteArray().Select(b => (char)('a' + (b % 26))));

    private async Task<IReadOnlyList<PatientSummary>> FoundAsync(string q, Actor? actor = null, int? limit = null, bool archived = false)
    {
        var handler = new SearchPatientsHandler(Patients, History, new AuditTrail(log.Store.Log, TimeProvider.System));
        return (await handler.HandleAsync(new() { Q = q, Limit = limit, Archived = archived }, actor ?? Admin, Ct)).Value!.Items;
    }

    private async Task<LikelyDuplicates> DuplicatesAsync(FindDuplicates draft, Actor actor)
    {
        var handler = new FindDuplicatesHandler(Patients, new AuditTrail(log.Store.Log, TimeProvider.System));
        return (await handler.HandleAsync(draft, actor, Ct)).Value!;
    }
}
