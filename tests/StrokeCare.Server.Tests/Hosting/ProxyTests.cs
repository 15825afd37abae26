using System.Net;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Hosting;

public sealed class ProxyTests(Portals portals)
{
    [Fact]
    public async Task A_listed_proxy_says_for_whom_it_speaks_and_that_TLS_ended_there()
    {
        await using var portal = await RunningPortal.StartAsync(Pair.Sqlite, new Dictionary<string, string> { ["STROKECARE_TRUSTED_PROXIES"] = "127.0.0.1" });
        // The client wrote the first address itself; the proxy added the second, which is the one that counts.
        var (address, response) = await ReadAsync(portal, "198.51.100.1, 203.0.113.9");
        Assert.Equal("203.0.113.9", address);
        Assert.Equal("max-age=31536000; includeSubDomains", response.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Fact]
    public async Task Nobody_else_is_believed()
    {
        var (address, response) = await ReadAsync(await portals.OnAsync(Pair.Sqlite), "203.0.113.9");
        Assert.Equal("127.0.0.1", address);
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    private static async Task<(string? Address, HttpResponseMessage Response)> ReadAsync(RunningPortal portal, string forwardedFor)
    {
        var id = (await portal.As(Person.Grace).RegisterAsync()).Id();
        var response = await portal.As(Person.Grace).SendAsync(
            HttpMethod.Get, $"{PatientsPath}/{id}", null, ("X-Forwarded-For", forwardedFor), ("X-Forwarded-Proto", "https"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var rows = await portal.Get<ISecurityLog>().FindAsync(new() { EntityType = Changes.EntityType.Patient, EntityId = id, EventType = "patient_viewed" }, CancellationToken.None);
        return (Assert.Single(rows).IpAddress, response);
    }
}
