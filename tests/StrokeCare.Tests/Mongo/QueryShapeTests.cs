using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>That the judge of <see cref="RecordedQueries"/> tells a query with an index from one without, and where reads go.</summary>
public sealed class QueryShapeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{ find: 'patients', filter: { archived: false, assigned_doctor_id: 3 }, sort: { _id: -1 } }", true)]
    [InlineData("{ find: 'patients', filter: { archived: false, assigned_doctor_id: 3, age: { $gte: 60 } }, sort: { _id: -1 }, hint: 'list_doctor' }", true)]
    [InlineData("{ find: 'patients', filter: { archived: false, assigned_doctor_id: 3 }, sort: { _id: -1 }, hint: 'user' }", false)]
    [InlineData("{ find: 'patients', filter: { archived: false }, sort: { last_name: 1 } }", false)]
    [InlineData("{ find: 'patients', filter: { work_type: 'Private' } }", false)]
    [InlineData("{ find: 'patients', filter: { age: { $gte: 60 } } }", false)]
    [InlineData("{ find: 'appointments', filter: { doctor_id: 3, cells: 7 } }", true)]
    [InlineData("{ find: 'appointments', filter: { cells: 7 } }", false)]
    [InlineData("{ find: 'appointments', filter: { doctor_id: 3, starts_at: { $gte: 1 } }, sort: { starts_at: 1, _id: -1 } }", false)]
    [InlineData("{ aggregate: 'patients', pipeline: [{ $group: { _id: '$gender' } }] }", false)]
    [InlineData("{ update: 'patients', updates: [{ q: { mrn: 'A1' }, u: { $set: { age: 1 } } }] }", false)]
    [InlineData("{ findAndModify: 'users', query: { _id: 1 } }", true)]
    public void Equality_comes_first_then_the_order_then_ranges(string command, bool isServed) =>
        Assert.Equal(isServed, QueryShape.Of(BsonDocument.Parse(command)).All(RecordedQueries.IsServed));

    [Fact]
    public async Task Only_analytics_read_where_the_address_prefers()
    {
        await using var watched = new WatchedMongoStore { Preference = ReadPreference.SecondaryPreferred };
        var store = await watched.StoreAsync();
        var patient = APatient();

        var records = await watched.DuringAsync(
            async () =>
            {
                await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
                await store.Patients.FindAsync(patient.Id, Ct);
                await store.Patients.ListAsync(new PatientFilter { Limit = 10 }, Ct);
                await store.Patients.CountOfDoctorAsync(new UserId(2), Ct);
                await store.History.ListAsync(new() { Patient = patient.Id, Limit = 10 }, Ct);
                await store.Appointments.ListAsync(new() { Limit = 10 }, Ct);
                await store.Changes.PendingAsync(10, Ct);
            },
            "find", "aggregate");
        var counts = await watched.DuringAsync(
            async () =>
            {
                await store.Analytics.RiskGroupsAsync(null, Ct);
                await store.Analytics.PopulationAsync(new UserId(2), Ct);
                await store.Analytics.AppointmentsAsync(null, new(2026, 1, 1), new(2026, 1, 31), Ct);
            },
            "aggregate");

        Assert.Equal((6, 3), (records.Count, counts.Count));
        Assert.All(records, command => Assert.Equal("primary", Mode(command)));
        Assert.All(counts, command => Assert.Equal("secondaryPreferred", Mode(command)));
    }

    private static string Mode(BsonDocument command) => command.TryGetValue("$readPreference", out var preference) ? preference["mode"].AsString : "primary";
}
