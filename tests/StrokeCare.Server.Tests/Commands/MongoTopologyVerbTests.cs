using System.Text.Json.Nodes;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Server.Tests.Adoption;
using StrokeCare.Server.Tests.Support;
using StrokeCare.Tests;
using StrokeCare.Tests.Adoption;
using StrokeCare.Tests.Gateway;

namespace StrokeCare.Server.Tests.Commands;

/// <summary>The operator's verbs for MongoDB before each kind of it: a server by itself, a replica set, a cluster. Each test has a gateway of that shape for itself.</summary>
public sealed class MongoTopologyVerbTests : IAsyncLifetime
{
    private const string Standalone = "standalone";
    private const string ReplicaSet = "replicaset";
    private const string Sharded = "sharded";
    private const int LegacySize = 100;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Verb strokecare = new();
    private readonly string database = TestEngines.NewDatabaseName("shape");
    private OwnGateway? gateway;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoDatabase Database => gateway!.Client.GetDatabase(database);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(Standalone, "topology standalone server", "is w: not known", "outside a replica set")]
    [InlineData(ReplicaSet, "topology replica set rs0: 127.0.0.1:", "is w: majority", "one data-bearing member")]
    [InlineData(Sharded, "topology sharded cluster: defaultShard", "is w: majority", "patients is not sharded")]
    public async Task Status_names_what_answers_and_warns_and_indexes_are_made_once(string shape, string topology, string concern, string warning)
    {
        await UseAsync(shape);

        var bare = await strokecare.RunAsync("mongo status");
        var nothing = await (await Database.ListCollectionNamesAsync(null, Ct)).ToListAsync(Ct);
        var created = await strokecare.RunAsync("mongo indexes");
        var again = await strokecare.RunAsync("mongo indexes");
        var status = await strokecare.RunAsync("mongo status");

        Assert.Equal((1, 0, 0, 0), (bare.Exit, created.Exit, again.Exit, status.Exit));
        Assert.Contains("  missing: doctor_cells ", bare.Out, StringComparison.Ordinal);
        Assert.Empty(nothing);
        Assert.Contains("appointments doctor_cells ", created.Out, StringComparison.Ordinal);
        Assert.Contains(": created", created.Out, StringComparison.Ordinal);
        Assert.All(again.Out.Trim().Split('\n'), line => Assert.EndsWith(": is there", line, StringComparison.Ordinal));
        Assert.Contains(topology, status.Out, StringComparison.Ordinal);
        Assert.Contains("writes wait for w: majority, j: true; ", status.Out, StringComparison.Ordinal);
        Assert.Contains(concern, status.Out, StringComparison.Ordinal);
        Assert.Contains(status.Out.Split('\n'), line => line.StartsWith("warning: ", StringComparison.Ordinal) && line.Contains(warning, StringComparison.Ordinal));
        Assert.DoesNotContain("missing", status.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Standalone, "standalone server")]
    [InlineData(ReplicaSet, "replica set rs0")]
    public async Task Where_there_are_no_shards_shard_is_refused_with_the_reason_and_does_nothing(string shape, string found)
    {
        await UseAsync(shape);

        var (exit, output, error) = await strokecare.RunAsync("mongo shard");
        var never = await strokecare.RunAsync("mongo shard appointments");

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains($"MONGO_URI leads to a {found}", error, StringComparison.Ordinal);
        Assert.Contains("no shards", error, StringComparison.Ordinal);
        Assert.Equal(2, never.Exit);
        Assert.Contains("two unique indexes", never.Error, StringComparison.Ordinal);
        Assert.Empty(await (await Database.ListCollectionNamesAsync(null, Ct)).ToListAsync(Ct));
    }

    /// <summary>On a cluster <see cref="MongoAdoptTests"/> does, with more of them.</summary>
    [Theory]
    [InlineData(Standalone)]
    [InlineData(ReplicaSet)]
    public async Task An_older_systems_records_are_adopted_on_each(string shape)
    {
        await UseAsync(shape);
        var clinic = new LegacyClinic(Database, LegacySize);
        await clinic.WriteAsync(Ct);

        var unadopted = await strokecare.RunAsync("mongo status");
        var look = await strokecare.RunAsync("mongo adopt --json");
        var applied = await strokecare.RunAsync("mongo adopt --apply --set-aside");
        var again = await strokecare.RunAsync("mongo adopt --apply");
        var status = await strokecare.RunAsync("mongo status");
        var verified = await strokecare.RunAsync("audit verify --json");

        Assert.Equal((1, 1, 0, 0, 0, 0), (unadopted.Exit, look.Exit, applied.Exit, again.Exit, status.Exit, verified.Exit));
        Assert.Contains("a portal refuses to start: the database has ", unadopted.Out, StringComparison.Ordinal);
        Assert.All(JsonNode.Parse(look.Out)!["collections"]!.AsArray(), one => Assert.NotEqual(0, (int)one!["adopted"]!));
        Assert.Contains("The database is adopted", applied.Out, StringComparison.Ordinal);
        Assert.Contains("There is nothing to adopt.", again.Out, StringComparison.Ordinal);
        Assert.Equal(clinic.Adoptable, (int)JsonNode.Parse(verified.Out)!["entities"]!);
        Assert.Equal(0, await clinic.Patients.CountDocumentsAsync(new BsonDocument("version", BsonNull.Value), null, Ct));
    }

    [Theory]
    [InlineData(Standalone, "w=1")]
    [InlineData(ReplicaSet, "journal=false")]
    [InlineData(Sharded, "w=0")]
    public async Task Writes_that_could_be_lost_are_refused_before_anything_is_asked(string shape, string option)
    {
        await UseAsync(shape);
        strokecare.Environment["MONGO_URI"] += $"&{option}";

        foreach (var verb in (string[])["mongo adopt --apply", "serve"])
        {
            var (exit, _, error) = await strokecare.RunAsync(verb);
            Assert.Equal(2, exit);
            Assert.Contains($"says {option}: an acknowledged record could be lost", error, StringComparison.Ordinal);
        }

        Assert.Empty(await (await Database.ListCollectionNamesAsync(null, Ct)).ToListAsync(Ct));
    }

    [Theory]
    [InlineData(Standalone, "outside a replica set")]
    [InlineData(ReplicaSet, "one data-bearing member")]
    public async Task A_portal_that_starts_says_aloud_what_cannot_lose_a_server(string shape, string warning)
    {
        await UseAsync(shape);
        strokecare.Environment["STROKECARE_URLS"] = $"http://127.0.0.1:{FreePort.Find()}";
        using var portal = strokecare.Start("serve");
        try
        {
            string? line;
            do line = await portal.StandardOutput.ReadLineAsync(Ct).AsTask().WaitAsync(StartLimit, Ct);
            while (line?.Contains(warning, StringComparison.Ordinal) == false);
            Assert.NotNull(line);
        }
        finally
        {
            portal.Kill();
            await portal.WaitForExitAsync(Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        strokecare.Dispose();
        if (gateway is null) return;
        await gateway.Client.DropDatabaseAsync(database);
        await gateway.DisposeAsync();
    }

    private async Task UseAsync(string shape)
    {
        gateway = await OwnGateway.StartAsync(shape);
        strokecare.Environment["USE_MONGODB"] = "true";
        strokecare.Environment["MONGO_URI"] = gateway.Uri;
        strokecare.Environment["MONGO_DB_NAME"] = database;
        strokecare.Environment["CLINIC_TIME_ZONE"] = "Europe/London";
    }
}
