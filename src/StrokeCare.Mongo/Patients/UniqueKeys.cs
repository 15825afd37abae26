using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
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

    /// <summary>The claims a stored document rests on; its former MRNs are claimed beside these.</summary>
    public static IEnumerable<Claim> Of(BsonDocument stored)
    {
        var owner = stored[PatientFields.Id].AsObjectId;
        if (stored.Text(PatientFields.Mrn) is { } mrn) yield return new(MrnPrefix + mrn, owner);
        if (stored.User(PatientFields.UserId) is { } user) yield return new(UserPrefix + user, owner);
        if (stored.Text(PatientFields.SourceKey) is { } source) yield return new(SourcePrefix + source, owner);
    }
}

/// <summary>What came of a call: the claims it made itself, the owners of the others by key, and the clock's timestamp before it.</summary>
internal sealed record Claimed(HashSet<Claim> Fresh, Dictionary<string, ObjectId> Taken, long Timestamp)
{
    /// <summary>The first of these claims that another record holds; null when none is.</summary>
    public Claim? Refused(IEnumerable<Claim> claims)
    {
        foreach (var claim in claims)
        {
            if (Taken.TryGetValue(claim.Key, out var owner) && owner != claim.Owner) return claim;
        }

        return null;
    }
}

/// <summary>
/// <c>unique_keys</c>: a value is claimed here before the record that holds it is written, since no shard key of
/// <c>patients</c> could keep it unique. A record that loses its MRN keeps the claim; only accounts are let go.
/// </summary>
internal sealed class UniqueKeys(MongoConnection connection, TimeProvider time)
{
    public const string Collection = "unique_keys";

    private const string Owner = "owner";
    private const string At = "at";
    private const int BatchSize = 1000;

    private readonly IMongoCollection<BsonDocument> keys = connection.Database.GetCollection<BsonDocument>(Collection);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <summary>Claims all that are free, in one round trip, and asks for the owners of the rest in a second.</summary>
    public async Task<Claimed> ClaimAsync(IReadOnlyList<Claim> claims)
    {
        var claimed = new Claimed([.. claims], [], time.GetTimestamp());
        if (claims.Count == 0) return claimed;
        var now = new BsonDateTime(time.GetUtcNow().ToUnixTimeMilliseconds());
        var documents = claims.Select(c => new BsonDocument { { "_id", c.Key }, { Owner, c.Owner }, { At, now } });
        try
        {
            await connection.WriteAsync(async ct =>
            {
                await keys.InsertManyAsync(documents, new InsertManyOptions { IsOrdered = false }, ct);
                return true;
            });
        }
        catch (MongoBulkWriteException<BsonDocument> taken) when (MongoOutage.IsDuplicatesOnly(taken))
        {
            var refused = taken.WriteErrors.Select(e => claims[e.Index]).ToList();
            claimed.Fresh.ExceptWith(refused);
            await AddOwnersAsync(claimed.Taken, refused);
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            // Nothing rests on these claims yet: recovery releases those that were made.
            throw MongoConnection.Unavailable("did not answer to a claim", outage);
        }

        return claimed;
    }

    public async Task ReleaseAsync(IEnumerable<Claim> claims)
    {
        var deletes = claims
            .Select(c => new DeleteOneModel<BsonDocument>(Filter.Eq("_id", c.Key) & Filter.Eq(Owner, c.Owner)))
            .ToList();
        if (deletes.Count == 0) return;
        await connection.ReadAsync(ct => keys.BulkWriteAsync(deletes, new BulkWriteOptions { IsOrdered = false }, ct), CancellationToken.None);
    }

    /// <summary>All claims made from <paramref name="from"/> on and before <paramref name="before"/>, by the batch.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Claim>> MadeAsync(
        DateTimeOffset from, DateTimeOffset before, [EnumeratorCancellation] CancellationToken ct)
    {
        var made = Filter.Gte(At, new BsonDateTime(from.ToUnixTimeMilliseconds())) & Filter.Lt(At, new BsonDateTime(before.ToUnixTimeMilliseconds()));
        var find = keys.Find(made, new FindOptions { BatchSize = BatchSize });
        using var cursor = await connection.ReadAsync(token => find.ToCursorAsync(token), ct);
        while (await connection.ReadAsync(token => cursor.MoveNextAsync(token), ct))
            yield return [.. cursor.Current.Select(d => new Claim(d["_id"].AsString, d[Owner].AsObjectId))];
    }

    /// <summary>Who holds these keys; a key that is free is left out.</summary>
    public async Task<Dictionary<string, ObjectId>> OwnersAsync(IReadOnlyCollection<string> wanted, CancellationToken ct)
    {
        var owners = new Dictionary<string, ObjectId>(StringComparer.Ordinal);
        if (wanted.Count == 0) return owners;
        var found = await connection.ReadAsync(token => keys.Find(Filter.In("_id", wanted)).ToListAsync(token), ct);
        foreach (var document in found) owners[document["_id"].AsString] = document[Owner].AsObjectId;
        return owners;
    }

    private async Task AddOwnersAsync(Dictionary<string, ObjectId> taken, List<Claim> refused)
    {
        var owners = await OwnersAsync([.. refused.Select(c => c.Key).Distinct()], CancellationToken.None);
        foreach (var claim in refused)
        {
            // Released between the two round trips: to whoever held it then it was taken.
            taken[claim.Key] = owners.TryGetValue(claim.Key, out var owner) ? owner : ObjectId.Empty;
        }
    }
}
