using System.Security.Cryptography;
using StrokeCare.Accounts;

namespace StrokeCare.Changes;

/// <summary>Whose key it is: the same text sent by another actor or to another route is another key.</summary>
public sealed record IdempotencyScope(UserId? Actor, string Route, string Key)
{
    public const int KeyMaxLength = 255;

    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);
}

/// <summary>What a key stands for: the id every attempt will write under, the request it came with, and the status once it succeeded.</summary>
public sealed record Reservation(ClinicalId Id, byte[] RequestHash, int? Status);

/// <summary>Idempotency keys in the relational store. No answer body is kept: it is rebuilt from the entity.</summary>
public interface IIdempotencyStore
{
    /// <summary>Stores <paramref name="proposed"/> unless the key is there and younger than <see cref="IdempotencyScope.Kept"/>; answers what the key stands for now.</summary>
    Task<Reservation> ReserveAsync(IdempotencyScope scope, Reservation proposed, DateTimeOffset now, CancellationToken ct);

    /// <summary>Frees the key of a request that was refused; a success, or another request's reservation, stays.</summary>
    Task ForgetAsync(IdempotentRequest refused, CancellationToken ct);

    /// <summary>Remembers that the request succeeded with <paramref name="status"/>.</summary>
    Task CompleteAsync(IdempotencyScope scope, int status, CancellationToken ct);
}

/// <summary>What was created, and whether an earlier attempt under the same key had already done it.</summary>
public interface ICreated
{
    bool Replayed { get; }
}

/// <summary>A request under a key: its scope and the HMAC of its canonical body.</summary>
public sealed record IdempotentRequest(IdempotencyScope Scope, byte[] RequestHash)
{
    public static Error KeyReused { get; } = new(
        ErrorKind.KeyReused, "idempotency.key_reused", "This Idempotency-Key was used for a different request. Use a new key.");

    public bool Matches(Reservation reservation) => CryptographicOperations.FixedTimeEquals(RequestHash, reservation.RequestHash);
}
