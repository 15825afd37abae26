using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>The details of somebody about to be registered, as far as they are known.</summary>
public sealed record FindDuplicates
{
    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public DateOnly? DateOfBirth { get; init; }

    public string? Mrn { get; init; }

    public string? Phone { get; init; }
}

public sealed record LikelyDuplicate(PatientSummary Patient, bool Archived, DuplicateScore Likeness);

/// <summary>The likely ones that the actor may see, best first, and how many there are of others'.</summary>
public sealed record LikelyDuplicates(IReadOnlyList<LikelyDuplicate> Items, int Elsewhere);

public sealed class FindDuplicatesHandler(IPatientStore patients, AuditTrail audit)
{
    private const int MostShown = 10;

    /// <summary>So many records are compared for each thing that two may have in common.</summary>
    private const int MostCandidates = 50;

    /// <summary>
    /// Who is likely to be this very person, archived records included. A doctor is shown their own patients; of the
    /// others only that there is one, so that nobody is registered twice for want of a word.
    /// </summary>
    public async Task<Result<LikelyDuplicates>> HandleAsync(FindDuplicates draft, Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, "look for duplicates", null, ct);
        if (Fault(draft) is { } fault) return fault;
        var keys = new PatientKeys(draft.FirstName, draft.LastName, draft.Mrn, draft.DateOfBirth, draft.Phone);
        var likely = (await CandidatesAsync(keys, ct))
            .Select(c => new LikelyDuplicate(c.Patient, c.Archived, DuplicateScore.Of(keys, c.Patient, c.SamePhone)))
            .Where(c => c.Likeness.Score >= DuplicateScore.Likely)
            .OrderByDescending(c => c.Likeness.Score).ThenByDescending(c => c.Patient.Id.Value)
            .ToList();
        var shown = likely.FindAll(c => actor.Role == Role.Admin || (c.Patient.AssignedDoctorId == actor.Id && !c.Archived));
        var items = shown.Take(MostShown).ToList();
        await audit.SawManyAsync(AuditAction.PatientsSearched, actor, [.. items.Select(i => i.Patient.Id.ToString())], ct);
        return new LikelyDuplicates(items, likely.Count - shown.Count);
    }

    private async Task<IEnumerable<Candidate>> CandidatesAsync(PatientKeys keys, CancellationToken ct)
    {
        var found = new Dictionary<PatientId, Candidate>();
        var (first, last) = (SearchText.Words(keys.FirstName), SearchText.Words(keys.LastName));
        var like = await patients.NamesLikeAsync([.. first, .. last], ct);
        var searches = Searches(keys, [.. first.Select(Around)], [.. last.Select(Around)]).ToList();
        foreach (var archived in new[] { false, true })
        {
            foreach (var words in searches)
            {
                foreach (var patient in await FindAsync(words, archived, ct)) found.TryAdd(patient.Id, new(patient, archived, SamePhone: false));
            }

            if (SearchTerms.Phone(keys.Phone) is not { } phone) continue;
            foreach (var patient in await FindAsync([new([phone], null)], archived, ct)) found[patient.Id] = new(patient, archived, SamePhone: true);
        }

        return found.Values;

        IReadOnlyList<string> Around(string word) => SearchNames.Around(word, like);
    }

    private Task<IReadOnlyList<PatientSummary>> FindAsync(IReadOnlyList<SearchWord> words, bool archived, CancellationToken ct) =>
        patients.SearchAsync(new() { All = words, Archived = archived, Limit = MostCandidates }, ct);

    // Each thing two records may have in common; the date with one name is for those whose other name has changed, and
    // for a name so common that its namesakes fill the candidates.
    private static IEnumerable<IReadOnlyList<SearchWord>> Searches(PatientKeys keys, IReadOnlyList<IReadOnlyList<string>> first, IReadOnlyList<IReadOnlyList<string>> last)
    {
        var names = first.Concat(last).Take(SearchQuery.MostAsked).SelectMany(around => around).Distinct(StringComparer.Ordinal).ToList();
        if (SearchText.Compact(keys.Mrn) is { Length: > 0 } mrn) yield return [new([SearchTerms.Number(mrn)], null)];
        if (keys.DateOfBirth is { } birth && names.Count > 0)
        {
            List<string> days = [SearchTerms.Day(birth), .. DuplicateScore.Swapped(birth) is { } swapped ? [SearchTerms.Day(swapped)] : Array.Empty<string>()];
            yield return [new(days, null), new(names, null)];
        }

        if (first.Count > 0 && last.Count > 0) yield return [new(last[^1], null), new(first[0], null)];
    }

    private static Error? Fault(FindDuplicates draft)
    {
        (string Field, string? Text, int MaxLength)[] texts =
        [
            ("first_name", draft.FirstName, PatientRules.NameMaxLength), ("last_name", draft.LastName, PatientRules.NameMaxLength),
            ("mrn", draft.Mrn, PatientRules.MrnMaxLength), ("phone", draft.Phone, PatientRules.PhoneMaxLength),
        ];
        var faults = new FieldFaults();
        var known = Array.ConvertAll(texts, t => faults.Text(t.Field, t.Text, t.MaxLength));
        if (Array.TrueForAll(known, text => text is null)) faults.Add("last_name", "or another name, the MRN or a phone number is needed.");
        return faults.Error;
    }

    private readonly record struct Candidate(PatientSummary Patient, bool Archived, bool SamePhone);
}
