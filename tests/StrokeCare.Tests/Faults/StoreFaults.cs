using System.Security.Cryptography;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Faults;

/// <summary>What is written for a whole database, and what every kind of record has.</summary>
internal static class StoreFaults
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IReadOnlyList<FaultScenario> All { get; } =
    [
        new("deployment id kept", DeploymentAsync) { IsAlone = true },
        new("older documents given what they lack", OlderAsync) { IsAlone = true },
        new("older terms made anew", OlderTermsAsync) { NeedsDatabase = true },
    ];

    /// <summary>What the relay does with an entity's changes: into the log, and out of its document.</summary>
    public static async Task<FaultedWork> ClearingAsync(this FaultStage stage, IChangeSource source, string collection, string id)
    {
        var changes = (await source.PendingAsync(100_000, Ct)).Where(change => change.EntityId == id).ToList();
        Assert.NotEmpty(changes);
        BsonValue key = ObjectId.TryParse(id, out var clinical) ? clinical : int.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
        return new("done", async () =>
        {
            await stage.Log.AppendAsync(changes, Ct);
            await source.ClearAsync(changes, Ct);
            return "done";
        }, async () =>
        {
            var stored = await stage.Collection(collection).Find(new BsonDocument("_id", key)).SingleAsync(Ct);
            Assert.False(stored.Contains("pending") || stored.Contains("pending_since"));
            Assert.Equal(changes.Count, stored["version"].ToInt64());
        });
    }

    private static async Task<FaultedWork> DeploymentAsync(FaultStage stage)
    {
        await stage.Collection("deployment").DeleteManyAsync(new BsonDocument("_id", "deployment"), Ct);
        return new("ours", () => stage.Store.SetDeploymentIdAsync("ours", Ct), async () => Assert.Equal("ours", await stage.Store.DeploymentIdAsync(Ct)));
    }

    private static async Task<FaultedWork> OlderTermsAsync(FaultStage stage)
    {
        // A name that this process has not kept yet.
        var (patient, last) = (ObjectId.GenerateNewId(), RandomNumberGenerator.GetString("klmnopqrst", 12));
        await stage.Collection("patients").InsertOneAsync(
            new() { { "_id", patient }, { "first_name", "Ada 2nd" }, { "last_name", last }, { "archived", false }, { "search_terms", new BsonArray(["2nd", "ada", "~da"]) } }, null, Ct);
        await stage.Collection("deployment").DeleteManyAsync(new BsonDocument("_id", "search_terms"), Ct);
        return new("done", async () =>
        {
            await stage.Store.EnsureIndexesAsync(Ct);
            return "done";
        }, async () =>
        {
            var now = await stage.Collection("patients").Find(new BsonDocument("_id", patient)).SingleAsync(Ct);
            Assert.Equal(["2nd", "=2nd", "ada", last], now["search_terms"].AsBsonArray.Select(term => term.AsString));
            Assert.Equal(SearchTerms.Form, (await stage.Collection("deployment").Find(new BsonDocument("_id", "search_terms")).SingleAsync(Ct))["form"].ToInt32());
        });
    }

    private static async Task<FaultedWork> OlderAsync(FaultStage stage)
    {
        var (patient, entry) = (ObjectId.GenerateNewId(), ObjectId.GenerateNewId());
        await stage.Collection("patients").InsertOneAsync(new() { { "_id", patient }, { "first_name", "Ada" } }, null, Ct);
        await stage.Collection("medical_history").InsertOneAsync(new() { { "_id", entry }, { "patient_id", PatientBuilder.NewId().ToString() }, { "diagnosis", "Stroke" } }, null, Ct);
        return new("done", async () =>
        {
            await stage.Store.EnsureIndexesAsync(Ct);
            return "done";
        }, async () =>
        {
            var now = await stage.Collection("patients").Find(new BsonDocument("_id", patient)).SingleAsync(Ct);
            Assert.False(now["archived"].AsBoolean);
            Assert.NotEmpty(now["search_terms"].AsBsonArray);
            Assert.NotEmpty((await stage.Collection("medical_history").Find(new BsonDocument("_id", entry)).SingleAsync(Ct))["search_terms"].AsBsonArray);
        });
    }
}
