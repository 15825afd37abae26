using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using StrokeCare.Tests;
using StrokeCare.Tests.Adoption;

namespace StrokeCare.Server.Tests.Adoption;

/// <summary>The seed's database taken over by the executable. STROKECARE_TEST_LEGACY=5000 makes it of the size of a clinic.</summary>
public sealed class MongoAdoptTests : IAsyncLifetime
{
    private static readonly int Size = int.Parse(Environment.GetEnvironmentVariable("STROKECARE_TEST_LEGACY") ?? "600", CultureInfo.InvariantCulture);

    private readonly Verb strokecare = new();
    private readonly MongoTestDatabase mongo = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (TestEngines.MongoUri is null) return;
        strokecare.Environment["USE_MONGODB"] = "true";
        strokecare.Environment["MONGO_URI"] = TestEngines.RequireMongo();
        strokecare.Environment["MONGO_DB_NAME"] = mongo.Name;
        strokecare.Environment["CLINIC_TIME_ZONE"] = "Europe/London";
        await Clinic.WriteAsync(Ct);
    }

    private LegacyClinic Clinic => field ??= new LegacyClinic(mongo.Database, Size);

    [Fact]
    public async Task It_is_looked_at_adopted_told_and_the_second_time_left_alone()
    {
        TestEngines.RequireMongo();
        var before = await AllAsync();
        var serve = await strokecare.RunAsync("consistency check");
        Assert.Equal(2, serve.Exit);
        Assert.Contains("strokecare mongo adopt", serve.Error, StringComparison.Ordinal);

        var look = await RunAsync("mongo adopt --json", exit: 1);
        Assert.Equal(before, await AllAsync());
        AssertCounts(look, "patients", Size - Clinic.SharedAccounts, Clinic.SharedAccounts);
        AssertCounts(look, "medical_history", Size - Clinic.LostEntries, Clinic.LostEntries);
        AssertCounts(look, "appointments", Size - Clinic.LostAppointments, Clinic.LostAppointments);
        Assert.Equal(Clinic.WithTextIds, Finding(look, "patients._id.type"));
        Assert.Equal(Clinic.SharedAccounts, Finding(look, "patients.user.taken"));
        Assert.Equal(Clinic.BookedTwice, Finding(look, "appointments.booked_twice"));
        Assert.DoesNotContain("Dr. John Smith", look.ToJsonString(), StringComparison.Ordinal);

        var applied = await RunAsync("mongo adopt --apply --json", exit: 1);
        Assert.Equal(look["collections"]!.ToJsonString(), applied["collections"]!.ToJsonString());
        Assert.Equal(2, (await strokecare.RunAsync("consistency check")).Exit);

        var aside = await RunAsync("mongo adopt --apply --set-aside --json", exit: 0);
        Assert.All(aside["collections"]!.AsArray(), one => Assert.Equal((0, (int)one!["unresolved"]!), ((int)one["adopted"]!, (int)one["set_aside"]!)));
        Assert.Equal(Clinic.SharedAccounts + Clinic.LostEntries + Clinic.LostAppointments, await mongo.Database.GetCollection<BsonDocument>("not_adopted").CountDocumentsAsync(new BsonDocument(), null, Ct));

        var adopted = await AllAsync();
        Assert.Contains("There is nothing to adopt.", (await strokecare.RunAsync("mongo adopt --apply")).Out, StringComparison.Ordinal);
        Assert.Equal(adopted, await AllAsync());
        await AssertWholeAsync();
        await AssertConvertedAsync();
    }

    [Theory]
    [InlineData("mongo.adopt.before_delete:kill:1")]
    [InlineData("mongo.adopt.after_batch:kill:3")]
    public async Task Killed_it_goes_on_where_it_was(string failpoint)
    {
        TestEngines.RequireMongo();
        strokecare.Environment[Failpoint.Variable] = failpoint;
        Assert.Equal(137, (await strokecare.RunAsync("mongo adopt --apply --set-aside")).Exit);
        strokecare.Environment[Failpoint.Variable] = "";
        Assert.Equal(2, (await strokecare.RunAsync("consistency check")).Exit);

        await RunAsync("mongo adopt --apply --set-aside --json", exit: 0);

        await AssertWholeAsync();
    }

    [Fact]
    public async Task Interrupted_and_killed_in_any_collection_it_goes_on_where_it_was_and_at_the_end_has_nothing_to_do()
    {
        TestEngines.RequireMongo();
        // Batches left: two of each collection; then one of patients and two of each other; then one of histories and two of appointments.
        foreach (var (signal, batch) in ((string, int)[])[("INT", 1), ("KILL", 2), ("INT", 2)])
        {
            var (exit, error) = await SignalledAsync(signal, batch);
            Assert.True(exit == (signal == "INT" ? 1 : 137), $"{exit}: {error}");
            if (signal == "INT") Assert.Contains("Stopped before the end. Running it again is safe.", error, StringComparison.Ordinal);
            Assert.Equal(2, (await strokecare.RunAsync("consistency check")).Exit);
        }

        var last = await RunAsync("mongo adopt --apply --set-aside --json", exit: 0);

        Assert.All(last["collections"]!.AsArray(), one => Assert.Equal(0, (int)one!["unresolved"]! - (int)one["set_aside"]!));
        Assert.NotEqual(0, (int)last["collections"]![0]!["already"]!);
        await AssertWholeAsync();
        Assert.Contains("There is nothing to adopt.", (await strokecare.RunAsync("mongo adopt --apply --set-aside")).Out, StringComparison.Ordinal);
        await AssertWholeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        strokecare.Dispose();
        await mongo.DisposeAsync();
    }

    /// <summary>Behind this batch, where it waits for the signal: on a busy machine that would come too late otherwise.</summary>
    private async Task<(int Exit, string Error)> SignalledAsync(string signal, int batch)
    {
        strokecare.Environment[Failpoint.Variable] = string.Create(CultureInfo.InvariantCulture, $"mongo.adopt.after_batch:pause:{batch}");
        using var adopt = strokecare.StartInForeground("mongo adopt --apply --set-aside");
        strokecare.Environment[Failpoint.Variable] = "";
        string? told;
        do told = await adopt.StandardError.ReadLineAsync(Ct);
        while (told?.EndsWith(": pause", StringComparison.Ordinal) == false);
        using (var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {adopt.Id}")])) await kill.WaitForExitAsync(Ct);
        var rest = await adopt.StandardError.ReadToEndAsync(Ct);
        await adopt.WaitForExitAsync(Ct);
        Assert.NotNull(told);
        return (adopt.ExitCode, rest);
    }

    private async Task<JsonNode> RunAsync(string arguments, int exit)
    {
        var run = await strokecare.RunAsync(arguments);
        Assert.True(run.Exit == exit, $"{run.Exit}: {run.Error}");
        return JsonNode.Parse(run.Out)!;
    }

    /// <summary>Every document has its first version and nothing that waits; the log has a row for each, and nothing else is amiss than accounts that are not there.</summary>
    private async Task AssertWholeAsync()
    {
        foreach (var collection in (IMongoCollection<BsonDocument>[])[Clinic.Patients, Clinic.History, Clinic.Appointments])
        {
            var documents = await collection.Find(new BsonDocument()).ToListAsync(Ct);
            Assert.All(documents, document => Assert.Equal((1L, true, false), (document["version"].ToInt64(), document["_id"].IsObjectId, document.Contains("pending_since"))));
        }

        var verified = await RunAsync("audit verify --json", exit: 0);
        Assert.Equal(Clinic.Adoptable, (int)verified["entities"]!);
        var check = JsonNode.Parse((await strokecare.RunAsync("consistency check --json")).Out)!;
        Assert.All(check["findings"]!.AsArray(), finding => Assert.Equal("reference.user_missing", (string?)finding!["code"]));
        Assert.Equal(0, (await strokecare.RunAsync("mongo status")).Exit);
    }

    private async Task AssertConvertedAsync()
    {
        var patient = await Clinic.Patients.Find(new BsonDocument("_id", LegacyClinic.IdOf(0))).SingleAsync(Ct);
        Assert.Equal((65.0, 2, 1, "blue"), (patient["age"].AsDouble, patient["assigned_doctor_id"].AsInt32, patient["hypertension"].AsInt32, patient["favourite_colour"].AsString));
        Assert.Equal((0.72, "High", "N/A"), (patient["legacy"]["stroke_risk"].AsDouble, patient["legacy"]["risk_level"].AsString, patient["legacy"]["bmi"].AsString));
        Assert.True(patient["search_terms"].IsBsonArray && patient["risk"].IsBsonDocument && !patient["archived"].AsBoolean && !patient.Contains("bmi"));
        var (first, second) = (await AppointmentAsync(13), await AppointmentAsync(14));
        Assert.Equal(6, first["cells"].AsBsonArray.Count);
        Assert.Equal(first["_id"], Assert.Single(second["overrides"].AsBsonArray));
        Assert.False(second.Contains("cells"));
        Assert.Equal((6, true), (second["patient_cells"].AsBsonArray.Count, second["shares_time"].AsBoolean));
        Assert.Equal(LegacyClinic.IdOf(14).ToString(), second["patient_id"]);
    }

    private Task<BsonDocument> AppointmentAsync(int i) =>
        Clinic.Appointments.Find(new BsonDocument("_id", new ObjectId(string.Create(CultureInfo.InvariantCulture, $"67509402{i:x16}")))).SingleAsync(Ct);

    private async Task<string> AllAsync()
    {
        var all = new List<string>();
        foreach (var name in (string[])["patients", "medical_history", "appointments", "unique_keys", "deployment"])
        {
            var documents = await mongo.Database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).Sort(new BsonDocument("_id", 1)).ToListAsync(Ct);
            // When it was last finished is all that a repeat writes.
            all.AddRange(documents.Select(document => new BsonDocument(document.Where(field => field.Name != "ended_at")).ToString()!));
        }

        return string.Join('\n', all);
    }

    private static void AssertCounts(JsonNode report, string collection, int adopted, int unresolved)
    {
        var one = report["collections"]!.AsArray().Single(found => (string?)found!["name"] == collection)!;
        Assert.Equal((adopted, 0, unresolved), ((int)one["adopted"]!, (int)one["already"]!, (int)one["unresolved"]!));
    }

    private static int Finding(JsonNode report, string code) => (int?)report["findings"]!.AsArray().SingleOrDefault(found => (string?)found!["code"] == code)?["count"] ?? 0;
}
