using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using StrokeCare.Mongo.Topologies;

namespace StrokeCare.Server.Commands;

/// <summary>The MongoDB behind the portal. These verbs look at it as it is found; the portal does its own part of them at each start.</summary>
internal static class MongoCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON" };

    private static readonly Argument<string[]> Collections = new("collections")
    {
        Description = $"Which; without any: {string.Join(" and ", MongoOperations.Shardable)}",
        Arity = ArgumentArity.ZeroOrMore,
    };

    // What is not known is left out, and states are words.
    private static readonly JsonSerializerOptions SnakeCase = new(VerbOutput.Json)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static Command Create()
    {
        var status = new Command("status", "Topology, write concern in force, indexes, chunks by shard and the oldest pending change; ends with 1 when a portal would not start or lacks an index") { Json };
        status.SetAction(StatusAsync);
        var indexes = new Command("indexes", "Create the indexes that are missing and tell of the others; ends with 1 when one is there that is another") { Json };
        indexes.SetAction(IndexesAsync);
        var shard = new Command("shard", "Spread collections over the shards of a cluster, by a hashed key; safe to repeat") { Collections, Json };
        shard.SetAction(ShardAsync);
        return new Command("mongo", "The MongoDB behind the portal") { status, indexes, shard, MongoAdoptCommand.Create() };
    }

    private static async Task<int> StatusAsync(ParseResult parse, CancellationToken ct)
    {
        await using var session = await OperatorSession.OpenMongoAsync(ct);
        var status = await session.Mongo.Operations.StatusAsync(session.KeepsAccountsInMongo, ct);
        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(status, SnakeCase));
        else Print(status);
        return status.Ok ? Exit.Done : Exit.Failed;
    }

    private static async Task<int> IndexesAsync(ParseResult parse, CancellationToken ct)
    {
        await using var session = await OperatorSession.OpenMongoAsync(ct);
        var indexes = await session.Mongo.Operations.CreateIndexesAsync(session.KeepsAccountsInMongo, ct);
        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(indexes, SnakeCase));
        else foreach (var index in indexes) VerbOutput.Line($"{index.Collection} {index.Name} {index.Keys}: {Done(index.State)}");
        return indexes.Any(index => index.State == IndexState.Different) ? Exit.Failed : Exit.Done;
    }

    private static async Task<int> ShardAsync(ParseResult parse, CancellationToken ct)
    {
        var wanted = parse.GetValue(Collections) is { Length: > 0 } named ? named : [.. MongoOperations.Shardable];
        var refused = wanted.Where(name => !MongoOperations.Shardable.Contains(name)).ToList();
        foreach (var name in refused) await Console.Error.WriteLineAsync(Refusal(name));
        if (refused.Count > 0) return Exit.Usage;
        await using var session = await OperatorSession.OpenMongoAsync(ct);
        var (refusals, _) = await session.Mongo.Operations.LookAsync(ct);
        foreach (var reason in refusals) await Console.Error.WriteLineAsync(reason);
        if (refusals.Count > 0) return Exit.Failed;
        if (await session.Mongo.Operations.ShardAsync(wanted, ct) is not { } outcomes)
        {
            await Console.Error.WriteLineAsync($"MONGO_URI leads to a {Named(await session.Mongo.Operations.TopologyAsync(ct))}: there are no shards to spread anything over. For a sharded cluster name its mongos there.");
            return Exit.Failed;
        }

        if (parse.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(new { sharded = outcomes, left = MongoOperations.Unsharded }, SnakeCase));
        else Print(outcomes);
        return Exit.Done;
    }

    private static string Refusal(string collection) => MongoOperations.Unsharded.TryGetValue(collection, out var reason)
        ? $"{collection} is not sharded: {reason}."
        : $"{collection} is no collection of the portal.";

    private static string Done(IndexState state) => state switch
    {
        IndexState.Present => "is there",
        IndexState.Missing => "created",
        IndexState.OtherName => "was there under another name, created anew",
        IndexState.Different => "another index has this name; drop that, then run this again",
        IndexState.Foreign => "not of the portal, left alone",
    };

    private static void Print(IReadOnlyList<ShardingOutcome> outcomes)
    {
        foreach (var one in outcomes) VerbOutput.Line($"{one.Collection} {(one.IsNew ? "is now" : "was already")} sharded by {one.Key}");
        foreach (var (name, reason) in MongoOperations.Unsharded) VerbOutput.Line($"{name} stays on one shard: {reason}");
    }

    private static void Print(MongoStatus status)
    {
        var topology = status.Topology;
        VerbOutput.Line($"database {status.Database}, {(status.DeploymentId is { } id ? $"deployment {id}" : "not used by a portal yet")}");
        VerbOutput.Line($"topology {Named(topology)}");
        VerbOutput.Line($"writes wait for {status.WriteConcern}; the server's default, which none of them uses, is w: {topology.DefaultWriteConcern ?? "not known"}");
        foreach (var one in status.Collections) Print(one);
        foreach (var warning in status.Warnings) VerbOutput.Line($"warning: {warning}");
        foreach (var refusal in status.Refusals) VerbOutput.Line($"a portal refuses to start: {refusal}");
    }

    private static void Print(CollectionStatus one)
    {
        var spread = one.ShardedBy is null ? "" : $", sharded by {one.ShardedBy}, chunks {string.Join(", ", one.Chunks.Select(shard => string.Create(CultureInfo.InvariantCulture, $"{shard.Key} {shard.Value}")))}";
        var waiting = one.OldestPending is { } since ? string.Create(CultureInfo.InvariantCulture, $", {one.Pending} changes wait for the log, the oldest since {since:u}") : "";
        VerbOutput.Line($"{one.Name}: about {one.Documents} documents{spread}{waiting}");
        VerbOutput.Line($"  indexes: {one.Indexes.Count(index => index.State == IndexState.Present)} present");
        foreach (var index in one.Indexes.Where(index => index.State != IndexState.Present)) VerbOutput.Line($"  {Word(index.State)}: {index.Name} {index.Keys}");
    }

    private static string Word(IndexState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()).Replace('_', ' ');

    private static string Named(MongoTopology topology) => topology.Kind switch
    {
        TopologyKind.Standalone => "standalone server",
        TopologyKind.ReplicaSet => $"replica set {topology.SetName}: {string.Join(", ", topology.Members)}{(topology.Arbiters.Count > 0 ? $"; arbiters {string.Join(", ", topology.Arbiters)}" : "")}",
        TopologyKind.Sharded => $"sharded cluster{(topology.Shards.Count > 0 ? $": {string.Join(", ", topology.Shards)}" : "")}",
    };
}
