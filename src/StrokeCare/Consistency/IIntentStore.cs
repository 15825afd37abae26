using StrokeCare.Accounts;
using StrokeCare.Patients;

namespace StrokeCare.Consistency;

public enum IntentKind
{
    SelfRegistration,
    Reassignment,
    Archiving,

    /// <summary>An archived patient is looked at once more, for a booking that had begun before and ended after.</summary>
    ArchivedLately,
}

/// <summary>
/// What is under way across stores, recorded before its first step. Recovery carries it forward whatever died; the
/// payload is sealed and erased at the end.
/// </summary>
public sealed record Intent
{
    public required string Id { get; init; }

    public required IntentKind Kind { get; init; }

    /// <summary>The record's id, reserved before anything is written.</summary>
    public PatientId? PatientId { get; init; }

    /// <summary>The account that this is about, once it is known.</summary>
    public UserId? UserId { get; init; }

    public required byte[] Payload { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Intents in the relational store; SQLite and PostgreSQL ship.</summary>
public interface IIntentStore
{
    /// <summary>Returns when it is durable: only then may the first step be taken.</summary>
    Task AddAsync(Intent intent, CancellationToken ct);

    /// <summary>Only while it is open.</summary>
    Task<Intent?> FindAsync(string id, CancellationToken ct);

    /// <summary>
    /// Open ones made before <paramref name="madeBefore"/>, oldest first, behind <paramref name="after"/> if it is given.
    /// Kinds this program does not know are left to the newer one that does.
    /// </summary>
    Task<IReadOnlyList<Intent>> OpenAsync(DateTimeOffset madeBefore, Intent? after, int max, CancellationToken ct);

    /// <summary>Ends it and erases its payload; <paramref name="outcome"/> is a word for the operator, such as <c>done</c>. Safe to repeat.</summary>
    Task CloseAsync(string id, string outcome, DateTimeOffset now, CancellationToken ct);
}
