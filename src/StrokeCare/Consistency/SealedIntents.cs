using System.Security.Cryptography;
using System.Text.Json;
using StrokeCare.Changes;

namespace StrokeCare.Consistency;

/// <summary>Intents with what it takes to carry them on: sealed when they are made, opened by whoever goes on with them.</summary>
public sealed class SealedIntents(IIntentStore intents, IntentSeal seal, TimeProvider time)
{
    /// <summary>A new one, not stored yet. What it is about is added by its saga.</summary>
    public Intent Draft<T>(IntentKind kind, T payload)
    {
        var id = Change.NewId();
        return new Intent { Id = id, Kind = kind, Payload = seal.Seal(id, JsonSerializer.SerializeToUtf8Bytes(payload, IntentJson.Options)), CreatedAt = time.GetUtcNow() };
    }

    /// <summary>Returns when it is durable: only then may the first step be taken.</summary>
    public Task AddAsync(Intent intent, CancellationToken ct) => intents.AddAsync(intent, ct);

    /// <summary>Null: its key is gone, or another version wrote it. Nobody can go on with it, and what it would have done the consistency check finds.</summary>
    public T? Read<T>(Intent intent)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(seal.Open(intent.Id, intent.Payload), IntentJson.Options);
        }
        catch (Exception lost) when (lost is CryptographicException or JsonException)
        {
            return null;
        }
    }

    public Task CloseAsync(Intent intent, string outcome, CancellationToken ct) => intents.CloseAsync(intent.Id, outcome, time.GetUtcNow(), ct);
}
