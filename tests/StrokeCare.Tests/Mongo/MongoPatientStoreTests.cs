using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Mongo.Topologies;
using StrokeCare.Tests.Appointments;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Mongo;

/// <summary>The contract on MongoDB; with STROKECARE_TEST_SHARDED=1 all of it on collections that are spread over the shards of a cluster.</summary>
public class MongoStores : StoreFixture
{
    private readonly MongoTestDatabase database = new();
    private readonly ChangeSignal changed = new();
    private readonly RecordedQueries queries = new();

    public MongoStore? Store { get; private set; }

    protected virtual bool IsSharded => TestEngines.Read("STROKECARE_TEST_SHARDED") == "1";

    protected override async Task<StoreUnderTest> OpenAsync()
    {
        var uri = TestEngines.RequireMongo();
        database.Client.GetDatabase(database.Name);
        Store = await MongoStore.OpenAsync(queries.Watching(MongoAddress.Read(uri)), database.Name, changed, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await Store.EnsureIndexesAsync(CancellationToken.None);
        if (IsSharded && await Store.Operations.ShardAsync(MongoOperations.Shardable, CancellationToken.None) is null) Assert.Skip("STROKECARE_TEST_MONGO_URI leads to no sharded cluster");
        return new StoreUnderTest(Store.Patients, Store.Changes)
        {
            Analytics = Store.Analytics,
            History = Store.History,
            HistoryChanges = Store.HistoryChanges,
            Appointments = Store.Appointments,
            AppointmentChanges = Store.AppointmentChanges,
            OwnedCells = () => OwnedCellsAsync(database.Database),
            Recover = () => Store.RepairSharedTimeAsync(AppointmentBuilder.Now, CancellationToken.None),
        };
    }

    internal static async Task<IReadOnlyList<OwnedCell>> OwnedCellsAsync(IMongoDatabase database)
    {
        var documents = await database.GetCollection<BsonDocument>("appointments").Find(new BsonDocument()).ToListAsync();
        return
        [
            .. from document in documents
               let owner = new AppointmentId(ClinicalId.FromBytes(document["_id"].AsObjectId.ToByteArray()))
               from part in Cells(document, "cells").Select(cell => new OwnedCell(owner, new(document["doctor_id"].AsInt32), null, cell))
                   .Concat(Cells(document, "patient_cells").Select(cell => new OwnedCell(owner, null, new(ClinicalId.Parse(document["patient_id"].AsString)), cell)))
               select part,
        ];
    }

    // An array that is there is not empty.
    private static IEnumerable<int> Cells(BsonDocument document, string field)
    {
        if (!document.TryGetValue(field, out var cells)) return [];
        Assert.NotEmpty(cells.AsBsonArray);
        return cells.AsBsonArray.Select(cell => cell.AsInt32);
    }

    protected override async ValueTask CloseAsync()
    {
        await Store!.DisposeAsync();
        changed.Dispose();
        await database.DisposeAsync();
        queries.AssertServed();
    }
}

public sealed class MongoPatientStoreTests(MongoStores stores) : PatientStoreContract<MongoStores>(stores);

public sealed class MongoPatientClaimsTests(MongoStores stores) : PatientClaimsContract<MongoStores>(stores);

public sealed class MongoPatientBulkTests(MongoStores stores) : PatientBulkContract<MongoStores>(stores);

public sealed class MongoPatientListTests(MongoStores stores) : PatientListContract<MongoStores>(stores);

public sealed class MongoPatientChangesTests(MongoStores stores) : PatientChangesContract<MongoStores>(stores);

public sealed class MongoPatientSagaTests(MongoStores stores) : PatientSagaContract<MongoStores>(stores);

public sealed class MongoPatientSearchTests(MongoStores stores) : PatientSearchContract<MongoStores>(stores);

public sealed class MongoPatientMisspellingTests(MongoStores stores, ITestOutputHelper output) : PatientMisspellingContract<MongoStores>(stores, output);
