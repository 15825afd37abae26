using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Risk;

namespace StrokeCare.Patients;

public enum AddPatientOutcome
{
    Added,

    /// <summary>A record with this very id is there: the same request came before.</summary>
    AlreadyExists,

    /// <summary>Another record has, or once had, this MRN.</summary>
    MrnTaken,

    /// <summary>Another record is linked to this account.</summary>
    UserTaken,

    /// <summary>The imported row is already present.</summary>
    SourceKeyTaken,

    /// <summary>The id was refused for ever: whoever reserved it has given up.</summary>
    IdRefused,
}

public enum UpdatePatientOutcome
{
    Updated,

    /// <summary>The stored version is not the one before this.</summary>
    Stale,

    /// <summary>No record with this id.</summary>
    Missing,

    MrnTaken,
    UserTaken,
}

/// <summary>
/// Patients in SQLite, PostgreSQL or MongoDB; one contract suite runs against all three. Every write stores the
/// record and its change in one atomic step and returns when both are durable; then the relay is woken.
/// An outage throws <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IPatientStore
{
    Task<AddPatientOutcome> AddAsync(Patient patient, Change change, CancellationToken ct);

    /// <summary>As many single adds, in few round trips; outcomes in the order of the input. Not atomic across records; safe to repeat.</summary>
    Task<IReadOnlyList<AddPatientOutcome>> AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct);

    /// <summary>Stores <paramref name="next"/> if the stored version is <c>next.Version - 1</c>. Fields this product does not know survive.</summary>
    Task<UpdatePatientOutcome> UpdateAsync(Patient next, Change change, CancellationToken ct);

    Task<Patient?> FindAsync(PatientId id, CancellationToken ct);

    Task<Patient?> FindByUserAsync(UserId user, CancellationToken ct);

    /// <summary>How many current records are assigned to this doctor; counted in the database.</summary>
    Task<long> CountOfDoctorAsync(UserId doctor, CancellationToken ct);

    /// <summary>How many records there are; counted inside indexes.</summary>
    Task<PatientCount> CountAsync(CancellationToken ct);

    /// <summary>
    /// Makes sure that no record will ever be added under this id, also by a write that is still under way somewhere.
    /// False: a record is there. Safe to repeat.
    /// </summary>
    Task<bool> RefuseIdAsync(PatientId id, CancellationToken ct);

    /// <summary>Newest first by id. Served by an index for every combination of filters.</summary>
    Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct);

    /// <summary>Records that have all of the words, in no order; whose they are is asked before the limit counts. Served by the index of terms.</summary>
    Task<IReadOnlyList<PatientSummary>> SearchAsync(PatientSearch search, CancellationToken ct);

    /// <summary>Names of records, of now or of before, that share a form with one of these words (<see cref="SearchNames"/>); in no order.</summary>
    Task<IReadOnlyList<string>> NamesLikeAsync(IReadOnlyCollection<string> words, CancellationToken ct);

    /// <summary>Which of these are current records, or archived ones, and this doctor's; in no order.</summary>
    Task<IReadOnlyList<PatientSummary>> AmongAsync(PatientSelection selection, CancellationToken ct);

    /// <summary>This doctor's current patients whose review was due before <paramref name="day"/>, the longest overdue first.</summary>
    Task<IReadOnlyList<PatientSummary>> OverdueAsync(UserId doctor, DateOnly day, int limit, CancellationToken ct);

    /// <summary>How many those are; counted inside an index.</summary>
    Task<long> CountOverdueAsync(UserId doctor, DateOnly day, CancellationToken ct);

    /// <summary>This doctor's current patients whose level of risk last changed at <paramref name="since"/> or later, the latest first.</summary>
    Task<IReadOnlyList<LevelChange>> LevelChangesAsync(UserId doctor, DateTimeOffset since, int limit, CancellationToken ct);

    /// <summary>Which of these source keys are present.</summary>
    Task<IReadOnlySet<string>> PresentAsync(IReadOnlyCollection<string> sourceKeys, CancellationToken ct);
}

public sealed record PatientCount(long Current, long Archived);

public readonly record struct PatientAdded(Patient Patient, Change Change);

/// <summary>Which patients: every condition given must hold.</summary>
public sealed record PatientFilter
{
    public UserId? AssignedDoctorId { get; init; }

    public RiskLevel? RiskLevel { get; init; }

    /// <summary>Years, inclusive, of the age stored at the last change.</summary>
    public double? MinAge { get; init; }

    /// <summary>Years, inclusive.</summary>
    public double? MaxAge { get; init; }

    /// <summary>False: only current patients. True: only archived ones.</summary>
    public bool Archived { get; init; }

    /// <summary>Only ids below this one: the keyset of the page before.</summary>
    public PatientId? Before { get; init; }

    public required int Limit { get; init; }
}

/// <summary>Which records a search finds: those with a term for each of the words.</summary>
public sealed record PatientSearch
{
    /// <summary>At least one, at most <see cref="SearchQuery.MostAsked"/>.</summary>
    public required IReadOnlyList<SearchWord> All { get; init; }

    public UserId? AssignedDoctorId { get; init; }

    /// <summary>False: only current patients. True: only archived ones.</summary>
    public bool Archived { get; init; }

    public required int Limit { get; init; }
}

/// <summary>Some records by id, as far as they are one doctor's and current.</summary>
public sealed record PatientSelection
{
    public required IReadOnlyCollection<PatientId> Ids { get; init; }

    public UserId? AssignedDoctorId { get; init; }

    /// <summary>False: only current patients. True: only archived ones.</summary>
    public bool Archived { get; init; }
}

/// <summary>A patient whose level of risk was another one before.</summary>
public sealed record LevelChange(PatientSummary Patient, RiskLevel Before, DateTimeOffset At);

/// <summary>A term out of <paramref name="AnyOf"/>, or one that begins with <paramref name="Prefix"/> if that is given.</summary>
public readonly record struct SearchWord(IReadOnlyList<string> AnyOf, string? Prefix)
{
    /// <summary>Above every term that begins with a prefix, when put behind it; the stores compare code points.</summary>
    public const string End = "\U0010FFFF";

    /// <summary>A word as somebody typed it, of a name or of a number, or one of <paramref name="names"/> that may have been meant.</summary>
    public static SearchWord Typed(string word, params IReadOnlyList<string> names) => new([word, .. names, SearchTerms.Number(word)], null);

    /// <summary>Those terms that the prefix does not find already.</summary>
    public IReadOnlyList<string> BesidePrefix => Prefix is { } begun ? [.. AnyOf.Where(term => !term.StartsWith(begun, StringComparison.Ordinal))] : AnyOf;
}

/// <summary>What a list shows of a patient, nothing more.</summary>
public sealed record PatientSummary
{
    public required PatientId Id { get; init; }

    public required long Version { get; init; }

    public string? Mrn { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public Gender? Gender { get; init; }

    public double? Age { get; init; }

    public DateOnly? DateOfBirth { get; init; }

    /// <summary>The demonstration model's probability, 0 to 1; null when not assessed.</summary>
    public double? StrokeRisk { get; init; }

    public required RiskLevel RiskLevel { get; init; }

    public UserId? AssignedDoctorId { get; init; }

    public DateOnly? NextReviewOn { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
