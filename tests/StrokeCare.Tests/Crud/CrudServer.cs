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

    /// <summary>By a command or option that the committed list names with its reason.</summary>
    Unsupported,
}

internal sealed record CrudOutcome(CrudKind Kind, string Why)
{
    /// <summary>The operation, or the option, that nobody here can ask for.</summary>
    public string? Lacks { get; init; }

    /// <summary>What of the case the committed list names.</summary>
    public string? Listed { get; private init; }

    /// <summary>A failure counts as not applicable when the list names what the case asks for.</summary>
    public CrudOutcome Under(CrudCaseLists lists, IEnumerable<string> uses)
    {
        var listed = lists.Listed(Lacks is null ? uses : uses.Append(Lacks));
        return this with { Listed = listed, Kind = Kind == CrudKind.Failed && listed is not null ? CrudKind.Unsupported : Kind };
    }
}
