using StrokeCare.Server.Settings;
using StrokeCare.Server.Tests.Appointments;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;

namespace StrokeCare.Server.Tests.Hosting;

public sealed class TimeZoneTests
{
    private const string Setting = "CLINIC_TIME_ZONE";

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task The_clinics_clock_stays_while_appointments_are_still_to_come(Pair pair)
    {
        pair.Require();
        await using var portal = await RunningPortal.StartAsync(pair, new Dictionary<string, string> { [Setting] = "Europe/London" });
        await (await portal.BesideAsync((Setting, "Europe/Paris"))).DisposeAsync();
        await (await portal.BesideAsync()).DisposeAsync();
        using var practice = await Practice.OpenAsync(portal);
        var booked = await BookedAsync(practice.Owner, practice.At("10:00"));
        await (await portal.BesideAsync()).DisposeAsync();

        var refused = await Assert.ThrowsAsync<SettingException>(() => portal.BesideAsync((Setting, "UTC")));
        Assert.Equal(Setting, refused.Setting);
        Assert.Contains("Europe/London", refused.Message, StringComparison.Ordinal);

        await (await PutAsync(practice.Owner, booked, "cancel", new() { ["reason"] = "Better", ["version"] = 1 })).ObjectAsync();
        await (await portal.BesideAsync((Setting, "UTC"))).DisposeAsync();
    }
}
