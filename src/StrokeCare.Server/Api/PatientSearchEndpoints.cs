using Microsoft.AspNetCore.Http.HttpResults;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>What a search answers. There is no next: whoever does not find among so many asks more closely.</summary>
internal sealed record FoundList(IReadOnlyList<ListedPatient> Items);

/// <summary>
/// A record that may be the same person, how likely (0 to 1, a rule and no probability) and why. An archived one is not
/// in daily use: an admin restores it instead of registering the person anew.
/// </summary>
internal sealed record DuplicateItem(ListedPatient Patient, bool Archived, double Score, IReadOnlyList<DuplicateReason> Reasons)
{
    public static DuplicateItem Of(LikelyDuplicate found) => new(new(found.Patient, null), found.Archived, found.Likeness.Score, found.Likeness.Reasons);
}

/// <summary>Likely duplicates, best first; <paramref name="Elsewhere"/> counts those in the clinic that are not the caller's to see.</summary>
internal sealed record DuplicateList(IReadOnlyList<DuplicateItem> Items, int Elsewhere);

internal static class PatientSearchEndpoints
{
    public static async Task<Results<Ok<FoundList>, ProblemHttpResult>> SearchAsync(
        JsonBody<SearchPatients> body, Caller caller, HttpContext http, SearchPatientsHandler handler, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var found = await handler.HandleAsync(body.Read.Value, caller.Actor, ct);
        if (!found.Succeeded) return found.Error.ToProblem(http);
        return TypedResults.Ok(new FoundList([.. found.Value.Items.Select(patient => new ListedPatient(patient, null))]));
    }

    public static async Task<Results<Ok<DuplicateList>, ProblemHttpResult>> DuplicatesAsync(
        JsonBody<FindDuplicates> body, Caller caller, HttpContext http, FindDuplicatesHandler handler, CancellationToken ct)
    {
        if (!body.Read.Succeeded) return body.Read.Error.ToProblem(http);
        var likely = await handler.HandleAsync(body.Read.Value, caller.Actor, ct);
        if (!likely.Succeeded) return likely.Error.ToProblem(http);
        return TypedResults.Ok(new DuplicateList([.. likely.Value.Items.Select(DuplicateItem.Of)], likely.Value.Elsewhere));
    }
}
