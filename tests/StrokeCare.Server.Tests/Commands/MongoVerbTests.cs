using System.Text.Json.Nodes;
using MongoDB.Driver;
using StrokeCare.Server.Tests.Support;
using StrokeCare.Tests;

namespace StrokeCare.Server.Tests.Commands;

/// <summary>The verbs of the operator for MongoDB, as processes.</summary>
public sealed class MongoVerbTests : IAsyncLifetime
{
    private readonly Verb strokecare = new();
    private readonly MongoTestDatabase mongo = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("mongo status")]
    [InlineData("mongo indexes")]
    [InlineData("mongo shard")]
    public async Task Without_MongoDB_they_name_the_setting(string arguments)
    {
        var (exit, output, error) = await strokecare.RunAsync(arguments);

        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith("USE_MONGODB: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("appointments", "two unique indexes")]
    [InlineData("unique_keys", "one shard")]
    [InlineData("invoices", "no collection of the portal")]
    public async Task What_is_never_sharded_is_refused_with_the_reason(string collection, string reason)
    {
        var (exit, output, error) = await strokecare.RunAsync($"mongo shard patients {collection}");

        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith(collection, error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(strokecare.Folder));
    }

    [Fact]
    public async Task A_server_that_is_away_ends_with_1_and_one_line()
    {
        Use("mongodb://127.0.0.1:1/?connectTimeoutMS=300&serverSelectionTimeoutMS=300");

        var (exit, _, error) = await strokecare.RunAsync("mongo status");

        Assert.Equal(1, exit);
        Assert.Contains("mongodb", Assert.Single(error.Trim().Split('\n'), line => line.StartsWith("The store does not answer: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_looks_without_a_trace_indexes_creates_and_shard_spreads_once()
    {
        Use(TestEngines.RequireMongo());
        var database = mongo.Database;

        var bare = await strokecare.RunAsync("mongo status --json");
        Assert.Equal(1, bare.Exit);
        Assert.Null((string?)JsonNode.Parse(bare.Out)!["deployment_id"]);
        Assert.Empty(await (await database.ListCollectionNamesAsync()).ToListAsync());

        var created = await strokecare.RunAsync("mongo indexes");
        Assert.Equal(0, created.Exit);
        Assert.Contains("appointments doctor_cells ", created.Out, StringComparison.Ordinal);
        Assert.Contains(": created", created.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(": created", (await strokecare.RunAsync("mongo indexes")).Out, StringComparison.Ordinal);

        var status = await strokecare.RunAsync("mongo status");
        Assert.Equal(0, status.Exit);
        Assert.Contains("writes wait for w: majority, j: true", status.Out, StringComparison.Ordinal);
        if (!status.Out.Contains("sharded cluster", StringComparison.Ordinal)) return;
        Assert.Contains("patients is now sharded by { \"_id\" : \"hashed\" }", (await strokecare.RunAsync("mongo shard")).Out, StringComparison.Ordinal);
        var again = await strokecare.RunAsync("mongo shard --json");
        Assert.Equal((0, false), (again.Exit, (bool)JsonNode.Parse(again.Out)!["sharded"]![0]!["is_new"]!));
    }

    public async ValueTask DisposeAsync()
    {
        strokecare.Dispose();
        await mongo.DisposeAsync();
    }

    private void Use(string uri)
    {
        strokecare.Environment["USE_MONGODB"] = "true";
        strokecare.Environment["MONGO_URI"] = uri;
        strokecare.Environment["MONGO_DB_NAME"] = mongo.Name;
    }
}
