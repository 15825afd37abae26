using MongoDB.Bson;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Patients;

/// <summary>One value that at most one record may hold, and who asks for it.</summary>
internal readonly record struct Claim(string Key, ObjectId Owner)
{
    public const string MrnPrefix = "mrn:";
    public const string UserPrefix = "user:";
    public const string SourcePrefix = "source:";

    /// <summary>What a new record needs, the most telling refusal first.</summary>
    public static IEnumerable<Claim> Of(Patient patient)
    {
        var owner = patient.Id.Value.ObjectId();
        if (patient.Details.Mrn is { } mrn) yield return new(MrnPrefix + mrn, owner);
        if (patient.UserId is { } user) yield return new(UserPrefix + user, owner);
        if (patient.SourceKey is { } source) yield return new(SourcePrefix + source, owner);
    }

    /// <summary>The claims that a stored document holds, those of its former MRNs included.</summary>
    public static IEnumerable<Claim> Of(BsonDocument stored)
    {
        var owner = stored[PatientFields.Id].AsObjectId;
        if (stored.Text(PatientFields.Mrn) is { } mrn) yield return new(MrnPrefix + mrn, owner);
        if (stored.User(PatientFields.UserId) is { } user) yield return new(UserPrefix + user, owner);
        if (stored.Text(PatientFields.SourceKey) is { } source) yield return new(SourcePrefix + source, owner);
        foreach (var former in stored.Texts(PatientFields.FormerMrns)) yield return new(MrnPrefix + former, owner);
    }
}

/// <summary>A claim as it was found. Each call that goes on with a claim moves its time, so it is judged, and deleted, by the time that was seen.</summary>
internal readonly record struct FoundClaim(Claim Claim, BsonValue At);

/// <summary>What came of a call: the claims it made itself, the owners of the others by key, and when it began, by both clocks.</summary>
internal sealed record Claimed(BsonDateTime At, long Timestamp)
{
    public HashSet<Claim> Fresh { get; } = [];

    public Dictionary<string, ObjectId> Taken { get; } = new(StringComparer.Ordinal);

    /// <summary>The first of these claims that another record holds; null when none is.</summary>
    public Claim? Refused(IEnumerable<Claim> claims)
    {
        foreach (var claim in claims)
        {
            if (Taken.TryGetValue(claim.Key, out var owner) && owner != claim.Owner) return claim;
        }

        return null;
    }

    /// <summary>Those of these claims that this call made. As it made them: one that a retry of the same record went on with since is the retry's.</summary>
    public IEnumerable<FoundClaim> Made(IEnumerable<Claim> claims) => claims.Where(Fresh.Contains).Distinct().Select(c => new FoundClaim(c, At));
}
