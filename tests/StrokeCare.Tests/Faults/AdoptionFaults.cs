using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Audit;
using StrokeCare.Mongo.Adoption;
using StrokeCare.Tests.Adoption;
using StrokeCare.Tests.Appointments;

namespace StrokeCare.Tests.Faults;

/// <summary>The records of an older system taken over: each fault leaves what the next run brings to the same end.</summary>
internal static class AdoptionFaults
{
    /// <summary>Enough for two of each fault of the older system, in one batch of each collection.</summary>
    private const int Size = 50;

    private const string Deployment = "adopting";

    private static readonly string[] Records = ["patients", "medical_history", "appointments"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IReadOnlyList<FaultScenario> All { get; } = [new("older system's records adopted", AdoptedAsync) { NeedsDatabase = true }];

    private static async Task<FaultedWork> AdoptedAsync(FaultStage stage)
    {
        foreach (var name in (string[])[.. Records, "unique_keys", "not_adopted", "deployment"]) await stage.Collection(name).DeleteManyAsync(new BsonDocument(), Ct);
        var clinic = new LegacyClinic(stage.Database, Size);
        await clinic.FillAsync(Ct);
        return new("complete", () => AdoptAsync(stage), () => IsWholeAsync(stage, clinic));
    }

    private static async Task<string> AdoptAsync(FaultStage stage)
    {
        var order = new AdoptionOrder
        {
            Apply = true,
            SetAside = true,
            DeploymentId = Deployment,
            Clock = AppointmentBuilder.London,
            Audit = new AuditTrail(stage.Log, TimeProvider.System),
        };
        return (await stage.Store.Adoption.RunAsync(order, progress: null, Ct)).IsComplete ? "complete" : "not complete";
    }

    /// <summary>Nothing lost: each document is adopted or set aside. Nothing twice: one version, one change, one claim of each, under ids that are ours.</summary>
    private static async Task IsWholeAsync(FaultStage stage, LegacyClinic clinic)
    {
        var mark = await stage.Collection("deployment").Find(new BsonDocument("_id", "adoption")).SingleAsync(Ct);
        Assert.True(mark.Contains("ended_at"));
        var adopted = 0;
        foreach (var name in Records)
        {
            var documents = await stage.Collection(name).Find(new BsonDocument()).ToListAsync(Ct);
            adopted += documents.Count;
            Assert.All(documents, document =>
            {
                Assert.True(document["_id"].IsObjectId);
                Assert.Equal(1, document["version"].ToInt64());
                Assert.Equal($"{mark["operation"]}-{document["_id"]}", Assert.Single(document["pending"].AsBsonArray)["change_id"]);
            });
        }

        Assert.Equal(clinic.Adoptable, adopted);
        Assert.Equal((3 * Size) - clinic.Adoptable, await stage.Collection("not_adopted").CountDocumentsAsync(new BsonDocument(), null, Ct));
        var patients = await stage.Collection("patients").Find(new BsonDocument()).ToListAsync(Ct);
        var claims = await stage.Collection("unique_keys").Find(new BsonDocument()).ToListAsync(Ct);
        Assert.Equal(
            patients.Select(patient => ($"user:{patient["user_id"]}", patient["_id"])).Order(),
            claims.Select(claim => (claim["_id"].AsString, claim["owner"])).Order());
    }
}
