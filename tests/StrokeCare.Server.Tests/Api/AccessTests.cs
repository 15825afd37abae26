using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Api;

/// <summary>What a list shows to whom; who is answered at all is in permissions.csv.</summary>
public sealed class AccessTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Doctors_list_their_own_patients_and_admins_all(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        var mine = (await portal.As(Person.House).RegisterAsync()).Id();
        var others = (await portal.As(Person.Grace).RegisterAsync()).Id();
        var seen = (await portal.As(Person.House).ItemsAsync($"{PatientsPath}?limit=100")).Select(p => (string)p["id"]!).ToList();
        Assert.Contains(mine, seen);
        Assert.DoesNotContain(others, seen);
        var all = await portal.As(Person.Ada).ItemsAsync($"{PatientsPath}?limit=2&include=doctor");
        Assert.Equal([others, mine], all.Select(p => (string)p["id"]!));
        Assert.Equal(["grace", "house"], all.Select(p => (string)p["doctor"]!["username"]!));
    }
}
