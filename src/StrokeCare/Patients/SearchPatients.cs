using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.History;

namespace StrokeCare.Patients;

/// <summary>Names, record numbers and dates of birth as somebody types them, and words of the history in quotation marks. It goes in a body: no name stands in an address.</summary>
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

public sealed class SearchPatientsHandler(IPatientStore patients, IHistoryStore history, AuditTrail audit)
{
    /// <summary>So many records are compared at each stage, whatever the query would find.</summary>
    private const int MostCandidates = 200;

    /// <summary>So often at most it is asked for names that the bearers of others have crowded out.</summary>
    private const int MostCrowdedOut = 5;

    /// <summary>So many patients are taken from the histories at most, whoever of them is the doctor's.</summary>
    private const int MostNoted = 5000;

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
        if (query.Noted.Count > SearchHistory.MostWords) return Error.Invalid("q", $"has more than {SearchHistory.MostWords} words in quotation marks.");
        UserId? doctor = actor.Role == Role.Doctor ? actor.Id : null;
        var found = query.IsOnlyNoted
            ? await FindNotedAsync(query.Noted, command.Archived, doctor, limit, ct)
            : await FindAsync(query, command.Archived, doctor, limit, ct);
        if (found.Count == 0 && query.Joined is { } joined) found = await FindAsync(joined, command.Archived, doctor, limit, ct);
        await audit.SawManyAsync(AuditAction.PatientsSearched, actor, [.. found.Select(p => p.Id.ToString())], ct);
        return new FoundPatients(found);
    }

    private async Task<IReadOnlyList<PatientSummary>> FindAsync(SearchQuery query, bool archived, UserId? doctor, int limit, CancellationToken ct)
    {
        var found = new Dictionary<PatientId, (PatientSummary Patient, SearchRank Rank)>();
        if (query.Rare() is { } rare && await AskAsync(rare) < MostCandidates) return Best();
        var names = await patients.NamesLikeAsync(query.Words, ct);
        var stages = query.Stages(names);
        if (query.IsOfSeveral && await AskAsync(stages[^1]) < MostCandidates) return Best();
        // Too many to compare them all: what an earlier stage finds is at least as good as what a later one adds, so a full
        // answer ends the search. Of several things the last stage was asked just now.
        foreach (var words in query.IsOfSeveral ? stages.SkipLast(1) : stages)
        {
            if (await AskAsync(words) == MostCandidates && words == stages[^1] && query.Words is [var only]) await AskForCrowdedOutAsync(SearchNames.Near(only, names));
            if (found.Count >= limit) break;
        }

        return Best();

        // Of one name that may be several: those with none among the candidates.
        async Task AskForCrowdedOutAsync(IReadOnlyList<string> near)
        {
            for (var times = 0; times < MostCrowdedOut; times++)
            {
                var others = near.Except(found.Values.Select(f => f.Rank.Meant)).ToList();
                if (others.Count == 0 || await AskAsync([new(others, null)]) == 0) return;
            }
        }

        async Task<int> AskAsync(IReadOnlyList<SearchWord> words)
        {
            var candidates = await patients.SearchAsync(new() { All = words, AssignedDoctorId = doctor, Archived = archived, Limit = MostCandidates }, ct);
            foreach (var patient in candidates)
            {
                if (query.RankOf(patient) is { } rank) found.TryAdd(patient.Id, (patient, rank));
            }

            if (query.Noted.Count > 0) await KeepNotedAsync(found, query.Noted, ct);
            return candidates.Count;
        }

        // Of names that may have been meant each comes once before any comes again: they may be more than the answer has room for.
        IReadOnlyList<PatientSummary> Best() =>
        [
            .. found.Values.GroupBy(f => (f.Rank.Slips, f.Rank.Prefixes, f.Rank.Meant))
                .SelectMany(alike => alike.OrderBy(f => f.Rank.OtherWords).ThenByDescending(f => f.Patient.Id.Value).Select((f, before) => (f.Patient, f.Rank, before)))
                .OrderBy(f => f.Rank.Slips).ThenBy(f => f.Rank.Prefixes).ThenBy(f => f.before).ThenBy(f => f.Rank.OtherWords).ThenByDescending(f => f.Patient.Id.Value)
                .Take(limit).Select(f => f.Patient),
        ];
    }

    private async Task KeepNotedAsync(Dictionary<PatientId, (PatientSummary, SearchRank)> found, IReadOnlyList<string> noted, CancellationToken ct)
    {
        if (found.Count == 0) return;
        var those = await history.PatientsAsync(new() { Words = noted, Among = found.Keys, Limit = MostNoted }, ct).SelectMany(read => read).ToHashSetAsync(cancellationToken: ct);
        foreach (var other in found.Keys.Except(those).ToList()) found.Remove(other);
    }

    // Newest first: no name was asked for that could be matched better or worse.
    private async Task<IReadOnlyList<PatientSummary>> FindNotedAsync(IReadOnlyList<string> noted, bool archived, UserId? doctor, int limit, CancellationToken ct)
    {
        var found = new List<PatientSummary>();
        // Nobody is passed over but the archived: hardly more are looked at than are wanted. Of a doctor's, and of archived ones, there are few.
        var first = doctor is null && !archived ? Math.Min(2 * limit, HistoryMention.AtATime) : HistoryMention.AtATime;
        await foreach (var read in history.PatientsAsync(new() { Words = noted, First = first, Limit = MostNoted }, ct))
        {
            foreach (var some in read.Chunk(HistoryMention.AtATime))
                found.AddRange(await patients.AmongAsync(new() { Ids = some, AssignedDoctorId = doctor, Archived = archived }, ct));
            if (found.Count >= limit) break;
        }

        return [.. found.OrderByDescending(p => p.Id.Value).Take(limit)];
    }
}
