using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>The field of terms: filled for documents that came before it, and searched by its index.</summary>
public sealed class MongoSearchTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private const int Clinic = 3000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Documents => watched.Database.GetCollection<BsonDocument>("patients");

    [Fact]
    public async Task A_start_fills_in_what_an_older_system_left_out_and_changes_nothing_else()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(mrn: Unique("A"), details: APatient().Details with { FirstName = "Zoë", LastName = Unique("Last") });
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var (byId, legacy) = (Builders<BsonDocument>.Filter.Eq("_id", ObjectId.Parse(patient.Id.ToString())), ObjectId.GenerateNewId());
        var before = await Documents.Find(byId).SingleAsync(Ct);
        await Documents.UpdateOneAsync(byId, Builders<BsonDocument>.Update.Unset("search_terms"), null, Ct);
        await Documents.InsertOneAsync(new() { { "_id", legacy }, { "first_name", "Legacy" }, { "date_of_birth", "1950-03-12" }, { "gender", "Male" } }, null, Ct);
        await store.Patients.RefuseIdAsync(NewId(), Ct);

        foreach (var name in new[] { MongoFailpoints.TermsBefore, MongoFailpoints.TermsAfter })
        {
            Failpoint.Passed = at =>
            {
                if (at == name) throw new IOException($"An outage at {name}.");
            };
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.EnsureIndexesAsync(Ct));
        }

        Failpoint.Passed = null;
        await store.EnsureIndexesAsync(Ct);

        Assert.Equal(before.OrderBy(e => e.Name, StringComparer.Ordinal), (await Documents.Find(byId).SingleAsync(Ct)).OrderBy(e => e.Name, StringComparer.Ordinal));
        var found = await store.Patients.SearchAsync(new() { All = [new(["1950-03-12"], null), new(["legacy"], null)], Archived = false, Limit = 5 }, Ct);
        Assert.Equal(legacy.ToString(), Assert.Single(found).Id.ToString());
        Assert.Equal(1, await Documents.CountDocumentsAsync(Builders<BsonDocument>.Filter.Exists("search_terms", exists: false), null, Ct));
        // It marks documents of older systems; nothing is left to fill in.
        Assert.Single(await watched.DuringAsync(() => store.EnsureIndexesAsync(Ct), "update"));
    }

    [Fact]
    public async Task A_start_makes_the_terms_anew_that_an_older_version_wrote_and_keeps_their_names()
    {
        var store = await watched.StoreAsync();
        var patient = APatient().With(details: APatient().Details with { FirstName = "Ada", LastName = "Lovelace" });
        await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
        var (byId, names) = (Builders<BsonDocument>.Filter.Eq("_id", ObjectId.Parse(patient.Id.ToString())), watched.Database.GetCollection<BsonDocument>("patient_names"));
        var before = (await Documents.Find(byId).SingleAsync(Ct))["search_terms"].AsBsonArray;
        await Documents.UpdateOneAsync(byId, Builders<BsonDocument>.Update.Set("search_terms", new BsonArray(["ada", "lovelace", "~lovelac", "0042"])), null, Ct);
        await names.DeleteManyAsync(Builders<BsonDocument>.Filter.Empty, Ct);
        await watched.Database.GetCollection<BsonDocument>("deployment").DeleteOneAsync(new BsonDocument("_id", "search_terms"), Ct);

        await using var next = await watched.AnotherStoreAsync();
        foreach (var name in new[] { MongoFailpoints.TermsBefore, MongoFailpoints.TermsAfter })
        {
            Failpoint.Passed = at =>
            {
                if (at == name) throw new IOException($"An outage at {name}.");
            };
            await Assert.ThrowsAsync<StoreUnavailableException>(() => next.EnsureIndexesAsync(Ct));
        }

        Failpoint.Passed = null;
        await next.EnsureIndexesAsync(Ct);
        // Once is enough: another start only marks documents of older systems.
        Assert.Single(await watched.DuringAsync(() => store.EnsureIndexesAsync(Ct), "update"));

        var after = await Documents.Find(byId).SingleAsync(Ct);
        Assert.Equal(before, after["search_terms"]);
        Assert.Equal(1, after["version"].ToInt64());
        Assert.Contains("lovelace", await next.Patients.NamesLikeAsync(["lovelacs"], Ct));
    }

    [Fact]
    public async Task Every_search_and_the_look_for_missing_terms_read_hardly_more_than_they_return()
    {
        var store = await watched.StoreAsync();
        var (doctorOfOne, first, last) = await FillAsync(store);
        foreach (var doctor in new UserId?[] { null, doctorOfOne })
        {
            foreach (var text in new[] { last, $"{first} {last}", $"{last} {first}", $"{first} {last[..^1]}", "1950-03-12", $"{last} 1950-03-12", "m1999", "m199" })
            {
                var query = SearchQuery.Parse(text);
                IReadOnlyList<string> names = [];
                var asked = await watched.DuringAsync(async () => names = await store.Patients.NamesLikeAsync(query.Words, Ct), "find");
                foreach (var find in asked) await watched.AssertCheapAsync(find, $"the names like {text}");
                foreach (var stage in query.Stages(names))
                {
                    var search = new PatientSearch { All = stage, AssignedDoctorId = doctor, Archived = false, Limit = 200 };
                    var find = Assert.Single(await watched.DuringAsync(() => store.Patients.SearchAsync(search, Ct), "find"));
                    await watched.AssertCheapAsync(find, $"{text} {doctor}");
                }
            }
        }

        var looks = await watched.DuringAsync(() => store.EnsureIndexesAsync(Ct), "find");
        await watched.AssertCheapAsync(Assert.Single(looks, look => look["find"] == "patients"), "the look for missing terms", isOneRange: true);
    }

    private static async Task<(UserId Doctor, string First, string Last)> FillAsync(MongoStore store)
    {
        var random = new Random(3);
        var patients = new List<Patient>();
        for (var i = 0; i < Clinic; i++)
        {
            var (first, last) = Misspelled.Name(random);
            patients.Add(APatient().With(mrn: $"M{i}", doctor: i % 20, details: APatient().Details with { FirstName = first, LastName = last }));
        }

        await store.Patients.AddManyAsync([.. patients.Select(p => p.AsAdded())], Ct);
        var rare = patients.Last(p => Misspelled.IsRare((p.Details.FirstName!, p.Details.LastName!)));
        return (rare.AssignedDoctorId!.Value, rare.Details.FirstName!, rare.Details.LastName!);
    }
}
