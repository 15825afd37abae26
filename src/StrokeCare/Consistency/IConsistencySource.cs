using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Consistency;

/// <summary>What is stored under one id, as far as it speaks of others.</summary>
public sealed record StoredReferences(EntityType Type, string Id)
{
    public IReadOnlyList<NamedUser> Users { get; init; } = [];

    /// <summary>The record it belongs to; null when it is one itself.</summary>
    public string? Patient { get; init; }

    /// <summary>It is only kept: whom it names may have left.</summary>
    public bool IsPast { get; init; }

    /// <summary>From then on the same is true of it; null where no time ends it.</summary>
    public DateTimeOffset? Over { get; init; }
}

/// <summary>An account by the field that names it, and the role it must have there; null for any.</summary>
public readonly record struct NamedUser(string Field, UserId Id, Role? Role);

/// <summary>
/// A clinical store seen by the consistency check. Ships for the relational store and for MongoDB. It is read while
/// others write: what looks wrong only because it was caught between two steps is looked at again by the store itself.
/// </summary>
public interface IConsistencySource
{
    /// <summary>Every entity of this type with whom it names, by the page; order is not promised.</summary>
    IAsyncEnumerable<StoredReferences> ReferencesAsync(EntityType type, CancellationToken ct);

    /// <summary>What only the store knows to be wrong, such as a claim that none holds.</summary>
    IAsyncEnumerable<ConsistencyFinding> FaultsAsync(CancellationToken ct);

    /// <summary>Puts right what of <see cref="FaultsAsync"/> is repairable; answers how many things it changed. Safe to repeat and to race.</summary>
    Task<int> RepairAsync(CancellationToken ct);
}

/// <summary>One thing that should not be. <see cref="Code"/> is stable; the message names ids only.</summary>
public sealed record ConsistencyFinding(string Code, string Message)
{
    /// <summary>What it is about, such as <c>patient</c>; null when that is no entity.</summary>
    public string? Entity { get; init; }

    public string? Id { get; init; }

    /// <summary><c>consistency repair</c> puts it right.</summary>
    public bool Repairable { get; init; }

    public static ConsistencyFinding Of(EntityType type, string id, string code, string message) =>
        new(code, message) { Entity = Audit.AuditNames.Wire(type), Id = id };
}
