using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>What is claimed in MongoDB beside what records hold, read past the product.</summary>
internal static class StoredClaims
{
    private static readonly BsonDocument Holding = new() { ["mrn"] = 1, ["user_id"] = 1, ["source_key"] = 1, ["former_mrns"] = 1 };

    /// <summary>Claims of at least this age whose record does not hold them: their process died in between, or their request left them.</summary>
    public static async Task<IReadOnlyList<string>> NotHeldAsync(ClinicStores stores, TimeSpan age)
    {
        if (!stores.Pair.Mongo) return [];
        // Claims first: a record that is read after its claim holds it.
        var old = Builders<BsonDocument>.Filter.Lt("at", (TimeProvider.System.GetUtcNow() - age).UtcDateTime);
        var claims = await stores.MongoDatabase.GetCollection<BsonDocument>("unique_keys").Find(old).ToListAsync();
        if (claims.Count == 0) return [];
        var records = await stores.MongoDatabase.GetCollection<BsonDocument>("patients").Find(new BsonDocument()).Project(Holding).ToListAsync();
        var held = records.SelectMany(Held).ToHashSet();
        return [.. claims.Select(claim => (Key: claim["_id"].AsString, Owner: claim["owner"].AsObjectId)).Where(claim => !held.Contains(claim)).Select(claim => $"{claim.Key} is claimed for {claim.Owner}, which does not hold it")];
    }

    private static IEnumerable<(string Key, ObjectId Owner)> Held(BsonDocument record)
    {
        var owner = record["_id"].AsObjectId;
        foreach (var (field, kind) in new[] { ("mrn", "mrn"), ("user_id", "user"), ("source_key", "source") })
        {
            if (record.TryGetValue(field, out var value) && !value.IsBsonNull) yield return ($"{kind}:{value}", owner);
        }

        foreach (var former in record.TryGetValue("former_mrns", out var all) ? all.AsBsonArray : []) yield return ($"mrn:{former}", owner);
    }
}
