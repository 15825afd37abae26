using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Patients;

/// <summary>Names, record numbers and dates of birth as somebody types them. It goes in a body: no name stands in an address.</summary>
public sealed record SearchPatients
{
    public const int DefaultLimit = 20;

    public required string Q { get; init; }

    public int? Limit { get; init; }

    /// <summary>Archived records instead of current ones, for admins.</summary>
    public bool Archived { get; init; }
}

/// <summary>What a search answers, the best first.</summary>
public sealed record FoundPatients(IReadOnlyList<PatientSummary> Items);

public sealed class SearchPatientsHandler(IPatientStore patients, AuditTrail audit)
{
    /// <summary>So many records are compared at each stage, whatever the query would find.</summary>
    private const int MostCandidates = 200;

    /// <summary>Admins search all, doctors their own. The best come first: as typed, then begun like it, then with a slip.</summary>
    public async Task<Result<FoundPatients>> HandleAsync(SearchPatients command, Actor actor, CancellationToken ct)
    {
        if (actor.Role == Role.Patient) return await audit.DeniedAsync(actor, "search patients", null, ct);
        if (actor.Role == Role.Doctor && command.Archived) return await audit.DeniedAsync(actor, "search archived patients", null, ct);
        var limit = command.Limit ?? SearchPatients.DefaultLimit;
        if (limit is < 1 or > Page<PatientSummary>.MaxLimit) return Error.Invalid("limit", $"is a whole number from 1 to {Page<PatientSummary>.MaxLimit}.");
        if (command.Q.Length > SearchQuery.MaxLength) return Error.Invalid("q", $"is longer than {SearchQuery.MaxLength} characters.");
        var query = SearchQuery.Parse(command.Q);
        if (query.IsEmpty) return Error.Invalid("q", "has neither a letter nor a digit.");
        UserId? doctor = actor.Role == Role.Doctor ? actor.Id : null;
        var found = await FindAsync(query, command.Archived, doctor, limit, ct);
        await audit.SawManyAsync(AuditAction.PatientsSearched, actor, [.. found.Select(p => p.Id.ToString())], ct);
        return new FoundPatients(found);
    }

    // What an earlier stage found is at least as good as what a later one adds, so a full answer ends the search.
    private async Task<IReadOnlyList<PatientSummary>> FindAsync(SearchQuery query, bool archived, UserId? doctor, int limit, CancellationToken ct)
    {
        var found = new Dictionary<PatientId, (PatientSummary Patient, SearchRank Rank)>();
        foreach (var words in query.Stages())
        {
            var search = new PatientSearch { All = words, AssignedDoctorId = doctor, Archived = archived, Limit = MostCandidates };
            foreach (var patient in await patients.SearchAsync(search, ct))
            {
                if (query.RankOf(patient) is { } rank) found.TryAdd(patient.Id, (patient, rank));
            }

            if (found.Count >= limit) break;
        }

        return
        [
            .. found.Values.OrderBy(f => f.Rank.Slips).ThenBy(f => f.Rank.Prefixes).ThenBy(f => f.Rank.OtherWords).ThenByDescending(f => f.Patient.Id.Value)
                .Take(limit).Select(f => f.Patient),
        ];
    }
}
