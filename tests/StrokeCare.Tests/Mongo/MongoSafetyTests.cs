using MongoDB.Bson;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Tests.Accounts;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>Nothing is acknowledged that a fail-over could take back.</summary>
public sealed class MongoSafetyTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mongodb://h/?w=1", "w=1")]
    [InlineData("mongodb://h/?w=0", "w=0")]
    [InlineData("mongodb://h/?w=2", "w=2")]
    [InlineData("mongodb://h/?w=rack", "w=rack")]
    [InlineData("mongodb://h/?journal=false", "journal=false")]
    [InlineData("mongodb://h/?w=majority&journal=false", "journal=false")]
    [InlineData("postgresql://h/", "not a MongoDB")]
    [InlineData("", "not a MongoDB")]
    public void Refuses_an_address_that_would_lose_writes(string uri, string says)
    {
        var refused = Assert.Throws<ArgumentException>(() => MongoAddress.Read(uri));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Never_repeats_a_password()
    {
        var refused = Assert.Throws<ArgumentException>(() => MongoAddress.Read("mongodb://me:s3cret@h/?w=1"));

        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mongodb://h/")]
    [InlineData("mongodb://h/?w=majority&journal=true")]
    [InlineData("mongodb://a,b,c/?replicaSet=rs&readPreference=secondary&retryWrites=false&readConcernLevel=local&serverSelectionTimeoutMS=60000")]
    public void Lays_its_own_safety_over_the_address(string uri)
    {
        var settings = MongoAddress.Read(uri);

        Assert.Equal("majority", settings.WriteConcern.W.ToString());
        Assert.True(settings.WriteConcern.Journal);
        Assert.Equal("majority", settings.ReadConcern.Level.ToString(), ignoreCase: true);
        Assert.True(settings is { RetryReads: true, RetryWrites: true });
        Assert.True(settings.ServerSelectionTimeout <= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Every_write_waits_for_the_journals_of_a_majority_and_every_read_for_a_majority()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(mrn: Unique("A"), user: UniqueUser());
        var next = patient.Next(d => d with { Mrn = Unique("B") }) with { UserId = null };
        var commands = await watched.DuringAsync(
            async () =>
            {
                Assert.Equal(AddPatientOutcome.Added, await store.Patients.AddAsync(patient, patient.AsChange(), Ct));
                Assert.Equal(UpdatePatientOutcome.Updated, await store.Patients.UpdateAsync(next, next.AsChange(), Ct));
                await store.Patients.AddManyAsync([APatient().With(sourceKey: Unique("kaggle")).AsAdded()], Ct);
                await store.Changes.ClearAsync(await store.Changes.PendingAsync(10, Ct), Ct);
                await store.SetDeploymentIdAsync("d1", Ct);
                await store.Patients.FindAsync(patient.Id, Ct);
            },
            "insert", "update", "delete", "find", "findAndModify");

        Assert.Equal(["delete", "find", "insert", "update"], commands.Select(c => c.GetElement(0).Name).Distinct().Order());
        foreach (var command in commands)
        {
            var isRead = command.GetElement(0).Name == "find";
            var expected = isRead ? new BsonDocument("level", "majority") : new BsonDocument { { "w", "majority" }, { "j", true } };
            Assert.Equal(expected, command[isRead ? "readConcern" : "writeConcern"]);
        }
    }

    [Fact]
    public async Task Every_write_of_an_account_waits_for_the_journals_of_a_majority_and_none_replaces_a_document()
    {
        var store = await watched.StoreAsync();
        var (user, draft) = (AnAccount(), AnAccount().ReservedFor(Change.NewId()));
        var commands = await watched.DuringAsync(
            async () =>
            {
                var (_, id) = await store.Users.AddAsync(user, added => (user with { Id = added }).AsChange(), Ct);
                var next = (user with { Id = id }).Next(u => u with { FirstName = "Next" });
                Assert.Equal(UpdateUserOutcome.Updated, await store.Users.UpdateAsync(next, FailedAttempts.Forget, next.AsChange(), Ct));
                await store.Users.CountAttemptAsync(id, Now, Ct);
                await store.Users.SignedInAsync(id, Now, Ct);
                var (_, reserved) = await store.Users.ReserveAsync(draft, Ct);
                Assert.True(await store.Users.ActivateAsync(reserved, draft.ReservedBy!, draft.AsChange(), Ct));
                await store.Users.RemoveReservedAsync(draft.ReservedBy!, Ct);
                await store.UserChanges.ClearAsync(await store.UserChanges.PendingAsync(10, Ct), Ct);
            },
            "insert", "update", "delete", "findAndModify");

        Assert.Equal(["delete", "findAndModify", "insert", "update"], commands.Select(c => c.GetElement(0).Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(commands, command => Assert.Equal(new BsonDocument { { "w", "majority" }, { "j", true } }, command["writeConcern"]));
        var updates = commands.SelectMany(c => c.TryGetValue("updates", out var many) ? many.AsBsonArray.Select(u => u["u"]) : c.TryGetValue("update", out var one) && c.GetElement(0).Name == "findAndModify" ? [one] : []);
        Assert.All(updates, update => Assert.True(update is BsonArray || update.AsBsonDocument.Names.All(name => name[0] == '$'), update.ToString()));
    }

    [Fact]
    public async Task A_database_belongs_to_one_deployment()
    {
        var store = await watched.StoreAsync();
        await store.SetDeploymentIdAsync("d1", Ct);

        Assert.Equal("d1", await store.SetDeploymentIdAsync("d2", Ct));
        Assert.Equal("d1", await store.DeploymentIdAsync(Ct));
    }
}
