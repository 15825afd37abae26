using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Tests.Appointments;
using StrokeCare.Tests.History;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>The contract on collections that are spread over shards: the parts that rest on uniqueness. STROKECARE_TEST_SHARDED=1 runs all the others so.</summary>
public sealed class ShardedMongoStores : MongoStores
{
    protected override bool IsSharded => true;
}

public sealed class MongoShardedPatientStoreTests(ShardedMongoStores stores) : PatientStoreContract<ShardedMongoStores>(stores);

public sealed class MongoShardedPatientClaimsTests(ShardedMongoStores stores) : PatientClaimsContract<ShardedMongoStores>(stores);

public sealed class MongoShardedPatientBulkTests(ShardedMongoStores stores) : PatientBulkContract<ShardedMongoStores>(stores);

public sealed class MongoShardedHistoryStoreTests(ShardedMongoStores stores) : HistoryStoreContract<ShardedMongoStores>(stores);

public sealed class MongoShardedAppointmentStoreTests(ShardedMongoStores stores) : AppointmentStoreContract<ShardedMongoStores>(stores);

/// <summary>What no shard key keeps unique, under more racers than the contract sends; the contract on appointments sends as many for one slot.</summary>
public sealed class MongoShardedRaceTests(ShardedMongoStores stores) : StoreContract<ShardedMongoStores>(stores)
{
    private const int Racers = 200;

    [Fact]
    public async Task Of_200_who_ask_for_one_MRN_one_has_it()
    {
        var mrn = Unique("A");
        var racers = Enumerable.Range(0, Racers).Select(_ => APatient().With(mrn: mrn)).ToList();

        var outcomes = await Task.WhenAll(racers.Select(AddAsync));

        Assert.Single(outcomes, AddPatientOutcome.Added);
        Assert.Equal(Racers - 1, outcomes.Count(outcome => outcome == AddPatientOutcome.MrnTaken));
        var there = await Task.WhenAll(racers.Select(racer => Patients.FindAsync(racer.Id, Ct)));
        Assert.Single(there, racer => racer is not null);
    }

    [Fact]
    public async Task Of_200_who_are_linked_to_one_account_one_is()
    {
        var user = UniqueUser();
        var racers = Enumerable.Range(0, Racers).Select(_ => APatient().With(user: user)).ToList();

        var outcomes = await Task.WhenAll(racers.Select(AddAsync));

        Assert.Single(outcomes, AddPatientOutcome.Added);
        Assert.Equal(Racers - 1, outcomes.Count(outcome => outcome == AddPatientOutcome.UserTaken));
        var there = await Task.WhenAll(racers.Select(racer => Patients.FindAsync(racer.Id, Ct)));
        Assert.Equal((await Patients.FindByUserAsync(new UserId(user), Ct))!.Id, Assert.Single(there.OfType<Patient>()).Id);
    }

    [Fact]
    public async Task Of_200_who_write_one_id_one_does()
    {
        var id = NewId();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => AddAsync(APatient() with { Id = id })));

        Assert.Single(outcomes, AddPatientOutcome.Added);
        Assert.Equal(Racers - 1, outcomes.Count(outcome => outcome == AddPatientOutcome.AlreadyExists));
    }
}
