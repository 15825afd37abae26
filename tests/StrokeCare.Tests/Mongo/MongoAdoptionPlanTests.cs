using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Audit;
using StrokeCare.Mongo.Adoption;
using StrokeCare.Tests.Adoption;
using StrokeCare.Tests.Appointments;

namespace StrokeCare.Tests.Mongo;

/// <summary>Each query of an adoption: by id, or from end to end in the order of ids; and what each start of a portal asks reads next to nothing.</summary>
public sealed class MongoAdoptionPlanTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private const int Size = 600;

    private static readonly BsonDocument ById = new("_id", 1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_reads_by_id_or_each_collection_once_in_the_order_of_its_ids()
    {
        var store = await watched.StoreAsync();
        await new LegacyClinic(watched.Database, Size).FillAsync(Ct);
        var order = new AdoptionOrder
        {
            Apply = true,
            SetAside = true,
            DeploymentId = "d1",
            Clock = AppointmentBuilder.London,
            Audit = new AuditTrail(null!, TimeProvider.System),
        };

        var commands = await watched.DuringAsync(() => store.Adoption.RunAsync(order, progress: null, Ct), "find", "findAndModify", "update", "delete");
        var (passes, others) = (commands.Where(IsPass).ToList(), commands.Where(command => !IsPass(command)).ToList());

        // What is adopted already, then what is not; nobody's entries have to be known before.
        Assert.Equal(["patients", "patients", "medical_history", "appointments", "appointments"], passes.Select(pass => pass["find"].AsString));
        foreach (var pass in passes) await watched.AssertOnceThroughAsync(pass);
        Assert.NotEmpty(others);
        Assert.Empty(others.SelectMany(QueryShape.Of).Where(shape => !RecordedQueries.IsServed(shape)).Select(shape => shape.ToString()));

        await store.SetDeploymentIdAsync(order.DeploymentId, Ct);
        var looks = await watched.DuringAsync(async () => Assert.Null(await store.Adoption.NeededAsync(Ct)), "find");
        Assert.Empty(looks.SelectMany(QueryShape.Of).Where(shape => !RecordedQueries.IsServed(shape)).Select(shape => shape.ToString()));
        foreach (var look in looks.Where(look => look["find"] == "appointments")) await watched.AssertCheapAsync(look, look.ToString());
    }

    private static bool IsPass(BsonDocument command) => command.GetElement(0).Name == "find" && command.GetValue("sort", BsonNull.Value) == ById;
}
