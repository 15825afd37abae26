using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Mongo.Patients;

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

    // So often may the same key be released between two of our round trips before we give up.
    private const int Attempts = 5;

    private readonly IMongoCollection<BsonDocument> keys = connection.Database.GetCollection<BsonDocument>(Collection);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <summary>
    /// Claims all that are free, in one round trip, and asks for the owners of the rest in a second. Claims that were
    /// the record's own before, left by an attempt that may have died, are made young again, so that no recovery that
    /// judged them earlier can release them.
    /// </summary>
    /// <exception cref="StoreUnavailableException">No answer, or the claims changed hands too often; nothing rests on them.</exception>
    public async Task<Claimed> ClaimAsync(IReadOnlyList<Claim> claims)
    {
        var claimed = new Claimed(new BsonDateTime(time.GetUtcNow().ToUnixTimeMilliseconds()), time.GetTimestamp());
        try
        {
            var open = claims;
            for (var attempt = 0; open.Count > 0; attempt++)
            {
                if (attempt == Attempts) throw MongoConnection.Unavailable("let claims change hands too often; nothing was written", null);
                open = await TryClaimAsync(claimed, open);
            }
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            // Nothing rests on these claims yet: recovery releases those that were made.
            throw MongoConnection.Unavailable("did not answer to a claim", outage);
        }

        return claimed;
    }

    /// <summary>Deletes these claims as far as they are as they were found; answers how many that were.</summary>
    public async Task<int> ReleaseAsync(IEnumerable<FoundClaim> claims)
    {
        var deletes = claims.Select(c => new DeleteOneModel<BsonDocument>(IsOf(c.Claim) & Filter.Eq(At, c.At))).ToList();
        if (deletes.Count == 0) return 0;
        var result = await connection.ReadAsync(
            ct => keys.BulkWriteAsync(deletes, new BulkWriteOptions { IsOrdered = false }, ct), CancellationToken.None);
        return (int)result.DeletedCount;
    }

    /// <summary>All claims made or refreshed from <paramref name="from"/> on and before <paramref name="before"/>, by the batch.</summary>
    public async IAsyncEnumerable<IReadOnlyList<FoundClaim>> MadeAsync(
        DateTimeOffset from, DateTimeOffset before, [EnumeratorCancellation] CancellationToken ct)
    {
        var made = Filter.Gte(At, new BsonDateTime(from.ToUnixTimeMilliseconds())) & Filter.Lt(At, new BsonDateTime(before.ToUnixTimeMilliseconds()));
        var find = keys.Find(made, new FindOptions { BatchSize = BatchSize });
        using var cursor = await connection.ReadAsync(token => find.ToCursorAsync(token), ct);
        while (await connection.ReadAsync(token => cursor.MoveNextAsync(token), ct))
            yield return [.. cursor.Current.Select(Read)];
    }

    /// <summary>The claims on these keys, by key; a key that is free is left out.</summary>
    public async Task<Dictionary<string, FoundClaim>> FindAsync(IReadOnlyCollection<string> wanted, CancellationToken ct)
    {
        if (wanted.Count == 0) return [];
        var found = await connection.ReadAsync(token => keys.Find(Filter.In("_id", wanted)).ToListAsync(token), ct);
        return found.Select(Read).ToDictionary(c => c.Claim.Key, StringComparer.Ordinal);
    }

    /// <summary>Answers those to be claimed once more: they were released between two round trips.</summary>
    private async Task<List<Claim>> TryClaimAsync(Claimed claimed, IReadOnlyList<Claim> claims)
    {
        var refused = await InsertAsync(claims, claimed.At);
        claimed.Fresh.UnionWith(claims.Except(refused));
        var found = await FindAsync([.. refused.Select(c => c.Key).Distinct()], CancellationToken.None);
        foreach (var (key, taken) in found) claimed.Taken[key] = taken.Claim.Owner;
        var open = refused.FindAll(c => !found.ContainsKey(c.Key));
        var own = refused.FindAll(c => found.TryGetValue(c.Key, out var taken) && taken.Claim == c);
        if (!await RefreshAsync(own, claimed.At)) open.AddRange(own);
        return open;
    }

    private async Task<List<Claim>> InsertAsync(IReadOnlyList<Claim> claims, BsonDateTime now)
    {
        var documents = claims.Select(c => new BsonDocument { { "_id", c.Key }, { Owner, c.Owner }, { At, now } });
        try
        {
            await connection.WriteAsync(async ct =>
            {
                await keys.InsertManyAsync(documents, new InsertManyOptions { IsOrdered = false }, ct);
                return true;
            });
            return [];
        }
        catch (MongoBulkWriteException<BsonDocument> taken) when (MongoOutage.IsDuplicatesOnly(taken))
        {
            return [.. taken.WriteErrors.Select(e => claims[e.Index])];
        }
    }

    /// <summary>
    /// Makes an earlier attempt's claims this one's: whoever found one of them before and takes it for dead will not
    /// delete it. False: not all were still there.
    /// </summary>
    private async Task<bool> RefreshAsync(List<Claim> own, BsonDateTime now)
    {
        if (own.Count == 0) return true;
        // Never the value it had: two attempts within a millisecond, or clocks that differ, must not look like one.
        var later = new BsonDocument("$max", new BsonArray { now, new BsonDocument("$add", new BsonArray { $"${At}", 1 }) });
        var update = Builders<BsonDocument>.Update.Pipeline(
            new BsonDocumentStagePipelineDefinition<BsonDocument, BsonDocument>([new BsonDocument("$set", new BsonDocument(At, later))]));
        var result = await connection.WriteAsync(ct => keys.BulkWriteAsync(
            own.Select(c => new UpdateOneModel<BsonDocument>(IsOf(c), update)), new BulkWriteOptions { IsOrdered = false }, ct));
        return result.MatchedCount == own.Count;
    }

    private static FilterDefinition<BsonDocument> IsOf(Claim claim) => Filter.Eq("_id", claim.Key) & Filter.Eq(Owner, claim.Owner);

    private static FoundClaim Read(BsonDocument document) => new(new Claim(document["_id"].AsString, document[Owner].AsObjectId), document.GetValue(At, BsonNull.Value));
}
