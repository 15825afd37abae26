using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Crud;

/// <summary>What the cases ask about a server before they run.</summary>
internal sealed record CrudServer(Version Version, string Topology)
{
    public static async Task<CrudServer> AskAsync(MongoClient client)
    {
        var admin = client.GetDatabase("admin");
        var build = await admin.RunCommandAsync<BsonDocument>(new BsonDocument("buildInfo", 1));
        var hello = await admin.RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1));
        var topology = hello.GetValue("msg", "") == "isdbgrid" ? "sharded" : hello.Contains("setName") ? "replicaset" : "single";
        return new CrudServer(Version.Parse(build["version"].AsString.Split('-')[0]), topology);
    }
}

internal enum CrudKind
{
    Passed,
    Failed,

    /// <summary>By the case's own requirement of a server's version or topology.</summary>
    Gated,

    /// <summary>By an operation or option that the driver does not have.</summary>
    Unsupported,
}

internal sealed record CrudOutcome(CrudKind Kind, string Why);
