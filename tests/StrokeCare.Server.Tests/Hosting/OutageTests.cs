using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Hosting;

public sealed class OutageTests
{
    // Nothing listens on port 1.
    private static readonly Dictionary<string, string> MongoAway = new()
    {
        ["USE_MONGODB"] = "true",
        ["MONGO_URI"] = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300",
        ["MONGO_DB_NAME"] = "nowhere",
    };

    [Fact]
    public async Task With_MongoDB_away_clinical_routes_are_503_and_sign_in_and_log_go_on()
    {
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, MongoAway);
        foreach (var answer in new[]
        {
            await portal.As(Person.Grace).PostAsync(Register, APatient()),
            await portal.As(Person.Grace).GetAsync(PatientsPath),
            await portal.As(Person.Grace).GetAsync($"{PatientsPath}/0123456789abcdef01234567"),
        })
        {
            var problem = await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
            Assert.DoesNotContain("127.0.0.1", problem.ToJsonString(), StringComparison.Ordinal);
        }

        var ready = await (await portal.Anonymous.GetAsync("/health/ready")).ObjectAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(("healthy", "unhealthy"), ((string?)ready["stores"]!["sqlite"], (string?)ready["stores"]!["mongodb"]));
        await (await portal.Anonymous.GetAsync("/health/live")).ObjectAsync();
        await (await portal.Anonymous.PostAsync("/api/auth/login", new JsonObject { ["username"] = "grace", ["password"] = Person.Grace.Password })).ObjectAsync();
        await (await portal.As(Person.Ada).GetAsync("/api/security/logs")).ObjectAsync();
        Assert.Empty(Directory.GetFiles(portal.Instance, "*patients*"));
    }

    [Fact]
    public async Task A_booking_that_an_outage_ends_is_in_the_log_without_a_word_of_the_error()
    {
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, MongoAway);
        var wanted = new JsonObject
        {
            ["doctor_id"] = portal.IdOf(Person.Grace).Value,
            ["patient_id"] = "0123456789abcdef01234567",
            ["appointment_date"] = "2099-01-05",
            ["appointment_time"] = "10:00",
            ["reason"] = "Check-up",
        };
        await (await portal.As(Person.Grace).PostAsync("/api/appointments/book", wanted)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");

        var row = Assert.Single(await portal.Get<ISecurityLog>().FindAsync(new() { EventType = "appointment_creation_failed" }, CancellationToken.None));
        Assert.Equal(("error", "medium", "Booking not answered: a store was away"), (row.Status, row.Severity, row.EventDescription));
        Assert.Equal("store.unavailable", (string?)JsonNode.Parse(row.AdditionalData!)!["code"]);
        Assert.DoesNotContain("127.0.0.1", row.EventDescription + row.AdditionalData, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Health_names_each_store(Pair pair)
    {
        pair.Require();
        await using var portal = await RunningPortal.StartAsync(pair);
        var health = await (await portal.Anonymous.GetAsync("/api/health")).ObjectAsync();
        Assert.Equal("healthy", (string?)health[pair.UsesPostgreSql() ? "postgresql" : "sqlite"]);
        Assert.Equal(pair.UsesMongo() ? "healthy" : "off", (string?)health["mongodb"]);
        Assert.Equal("healthy", (string?)health["status"]);
        Assert.Equal("ready", (string?)(await (await portal.Anonymous.GetAsync("/health/ready")).ObjectAsync())["status"]);
    }
}
