using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Mongo.Topologies;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>What an operator's verbs ask MongoDB and do to it. Each test has a database of its own.</summary>
public sealed class MongoOperationsTests : IAsyncLifetime
{
    private readonly WatchedMongoStore watched = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => watched.InitializeAsync();

    public ValueTask DisposeAsync() => watched.DisposeAsync();

    [Fact]
    public async Task Shards_patients_and_history_by_a_hashed_key_and_says_nothing_the_second_time()
    {
        var store = await watched.StoreAsync();
        await RequireShardsAsync();
        // What is there already needs an index of the key first.
        await store.Patients.AddAsync(APatient(), APatient().AsChange(), Ct);

        var commands = await watched.DuringAsync(() => store.Operations.ShardAsync(MongoOperations.Shardable, Ct), "shardCollection");
        var again = await watched.DuringAsync(() => store.Operations.ShardAsync(MongoOperations.Shardable, Ct), "shardCollection", "createIndexes", "enableSharding");

        var name = watched.Database.DatabaseNamespace.DatabaseName;
        Assert.Equal(
            [
                new BsonDocument { { "shardCollection", $"{name}.patients" }, { "key", new BsonDocument("_id", "hashed") } },
                new BsonDocument { { "shardCollection", $"{name}.medical_history" }, { "key", new BsonDocument("patient_id", "hashed") } },
            ],
            commands.Select(Bare));
        Assert.All(commands, command => Assert.Equal("admin", command["$db"]));
        Assert.Empty(again);
    }

    [Fact]
    public async Task Status_tells_the_spread_the_indexes_and_what_waits()
    {
        var store = await watched.StoreAsync();
        await RequireShardsAsync();
        await store.SetDeploymentIdAsync("d1", Ct);
        var patient = APatient();
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var before = await store.Operations.StatusAsync(withAccounts: true, Ct);
        await store.Operations.ShardAsync(MongoOperations.Shardable, Ct);

        var status = await store.Operations.StatusAsync(withAccounts: true, Ct);

        Assert.Equal(TopologyKind.Sharded, status.Topology.Kind);
        Assert.NotEmpty(status.Topology.Shards);
        Assert.Equal("w: majority, j: true", status.WriteConcern);
        Assert.Equal(2, before.Warnings.Count(warning => warning.Contains("is not sharded", StringComparison.Ordinal)));
        Assert.Empty(status.Warnings);
        Assert.True(status.Ok);
        var patients = status.Collections.Single(one => one.Name == "patients");
        Assert.Equal(("{ \"_id\" : \"hashed\" }", 1), (patients.ShardedBy, patients.Pending));
        Assert.NotNull(patients.OldestPending);
        Assert.InRange(patients.Chunks.Values.Sum(), 1, long.MaxValue);
        Assert.Null(status.Collections.Single(one => one.Name == "appointments").ShardedBy);
        Assert.Contains(status.Collections, one => one.Name == "users");
        Assert.All(status.Collections.SelectMany(one => one.Indexes), index => Assert.Equal(IndexState.Present, index.State));
    }

    [Fact]
    public async Task A_portal_is_told_of_a_collection_that_is_sharded_otherwise()
    {
        var store = await watched.StoreAsync();
        await RequireShardsAsync();
        await watched.Database.Client.GetDatabase("admin").RunCommandAsync<BsonDocument>(
            new BsonDocument { { "shardCollection", $"{watched.Database.DatabaseNamespace.DatabaseName}.patients" }, { "key", new BsonDocument("assigned_doctor_id", "hashed") } }, cancellationToken: Ct);

        var (refusals, _) = await store.Operations.LookAsync(Ct);

        Assert.Contains("assigned_doctor_id", Assert.Single(refusals), StringComparison.Ordinal);
        Assert.False((await store.Operations.StatusAsync(withAccounts: false, Ct)).Ok);
    }

    [Fact]
    public async Task Indexes_of_another_system_get_our_name_what_is_missing_is_created_and_what_differs_is_left()
    {
        var store = await watched.StoreAsync();
        var patients = watched.Database.GetCollection<BsonDocument>("patients").Indexes;
        await patients.DropOneAsync("created_by", Ct);
        await patients.DropOneAsync("user", Ct);
        await patients.DropOneAsync("list", Ct);
        await patients.CreateManyAsync(
            [
                new(new BsonDocumentIndexKeysDefinition<BsonDocument>(new("created_by", 1))),
                new(new BsonDocumentIndexKeysDefinition<BsonDocument>(new("work_type", 1)), new CreateIndexOptions { Name = "list" }),
                new(new BsonDocumentIndexKeysDefinition<BsonDocument>(new("gender", 1))),
            ], Ct);

        var found = (await store.Operations.CreateIndexesAsync(withAccounts: false, Ct)).Where(index => index is { Collection: "patients", State: not IndexState.Present });
        var after = (await store.Operations.CreateIndexesAsync(withAccounts: false, Ct)).Where(index => index is { Collection: "patients", State: not IndexState.Present });

        Assert.Equal(
            [("created_by", IndexState.OtherName), ("gender_1", IndexState.Foreign), ("list", IndexState.Different), ("user", IndexState.Missing)],
            found.Select(index => (index.Name, index.State)).OrderBy(index => index.Name, StringComparer.Ordinal));
        Assert.Equal(["gender_1", "list"], after.Select(index => index.Name).Order(StringComparer.Ordinal));
    }

    private static BsonDocument Bare(BsonDocument command) => new(command.Elements.Where(element => element.Name is "shardCollection" or "key"));

    private async Task RequireShardsAsync()
    {
        var hello = await watched.Database.RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1), cancellationToken: Ct);
        if (hello.GetValue("msg", "") != "isdbgrid") Assert.Skip("STROKECARE_TEST_MONGO_URI leads to no sharded cluster");
    }
}
