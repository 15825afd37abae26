using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Mongo.Topologies;

/// <summary>What answers at MONGO_URI.</summary>
public enum TopologyKind
{
    Standalone,
    ReplicaSet,
    Sharded,
}

/// <summary>The servers behind MONGO_URI, as they tell about themselves to anybody who is connected.</summary>
public sealed record MongoTopology
{
    /// <summary>With fewer that keep data, one of them down leaves no majority.</summary>
    private const int EnoughMembers = 3;

    public required TopologyKind Kind { get; init; }

    public string? SetName { get; init; }

    /// <summary>Members that keep data; hidden ones do not show.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    public IReadOnlyList<string> Arbiters { get; init; } = [];

    /// <summary>Each by its name; empty when this user may not ask for them.</summary>
    public IReadOnlyList<string> Shards { get; init; } = [];

    /// <summary>Of writes that name none, which ours never are; null when unknown.</summary>
    public string? DefaultWriteConcern { get; init; }

    /// <summary>What is lawful and still not what a clinic should run on.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Kind == TopologyKind.Standalone)
            yield return "MongoDB is a single server outside a replica set: an acknowledged record is on one disk only, and while that server is down there is no service.";
        if (Arbiters.Count > 0)
            yield return $"The replica set has an arbiter ({string.Join(", ", Arbiters)}): it votes and keeps nothing, so with one data-bearing member down no write reaches a majority and writes stop. None that was acknowledged is lost. Put a data-bearing member in its place.";
        else if (Kind == TopologyKind.ReplicaSet && Members.Count < EnoughMembers)
            yield return $"The replica set has {(Members.Count == 1 ? "one data-bearing member" : "two data-bearing members")}: with one down writes stop. Three keep them going.";
    }

    internal static MongoTopology Of(BsonDocument hello) => new()
    {
        Kind = hello.Text("msg") == "isdbgrid" ? TopologyKind.Sharded : hello.Contains("setName") ? TopologyKind.ReplicaSet : TopologyKind.Standalone,
        SetName = hello.Text("setName"),
        Members = [.. hello.Texts("hosts"), .. hello.Texts("passives")],
        Arbiters = hello.Texts("arbiters"),
    };

    internal static async Task<MongoTopology> ReadAsync(MongoConnection connection, CancellationToken ct)
    {
        var topology = Of(await connection.AskAsync(new("hello", 1), ct) ?? []);
        var concern = topology.Kind == TopologyKind.Standalone ? null : await connection.AskAsync(new("getDefaultRWConcern", 1), ct);
        var shards = topology.Kind == TopologyKind.Sharded ? await connection.AskAsync(new("listShards", 1), ct) : null;
        return topology with
        {
            DefaultWriteConcern = concern?.GetValue("defaultWriteConcern", BsonNull.Value) is BsonDocument said && said.Contains("w") ? said["w"].ToString() : null,
            Shards = shards?["shards"].AsBsonArray.Select(shard => shard["_id"].AsString).ToArray() ?? [],
        };
    }
}

/// <summary>Questions to the server itself.</summary>
internal static class AdminQuestions
{
    private const int Unauthorized = 13;
    private const int NoSuchCommand = 59;

    // A hosted service answers so for what its users may not do.
    private const int NotOffered = 8000;

    public static IMongoDatabase Admin(this MongoConnection connection) => connection.Database.Client.GetDatabase("admin");

    /// <summary>Null when this user may not ask that, or the server does not know it: the answer is one we can do without.</summary>
    public static async Task<BsonDocument?> AskAsync(this MongoConnection connection, BsonDocument command, CancellationToken ct)
    {
        try
        {
            return await connection.ReadAsync(token => connection.Admin().RunCommandAsync<BsonDocument>(command, ReadPreference.Primary, token), ct);
        }
        catch (MongoCommandException refused) when (IsRefusal(refused))
        {
            return null;
        }
    }

    public static bool IsRefusal(MongoCommandException exception) => exception.Code is Unauthorized or NoSuchCommand or NotOffered;
}
