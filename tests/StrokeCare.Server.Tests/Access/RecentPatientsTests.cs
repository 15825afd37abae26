using System.Net;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Tests.Appointments;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Access;

/// <summary>Whom a doctor opened last: no endpoint has it, the page of patients does.</summary>
public sealed class RecentPatientsTests(Portals portals)
{
    private RunningPortal portal = null!;

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Those_opened_last_come_first_each_once_and_only_while_they_are_the_doctors(Pair pair)
    {
        portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        Assert.Empty(await RecentAsync(practice));
        var (first, second, third) = (practice.Patient, await practice.NewPatientAsync(), await practice.NewPatientAsync());
        foreach (var id in new[] { first, second, third, first }) await (await practice.Doctor.GetAsync($"{PatientsPath}/{id}")).ObjectAsync();
        Assert.Equal([first, third, second], await RecentAsync(practice));

        (await portal.As(Person.Ada).SendAsync(HttpMethod.Delete, $"{PatientsPath}/{third}", null, ("If-Match", "\"1\""))).EnsureSuccessStatusCode();
        Assert.Equal([first, second], await RecentAsync(practice));
        using var other = await Practice.OpenAsync(portal);
        var handedOver = APatient().With("assigned_doctor_id", other.DoctorId.Value).With("version", 1);
        await (await portal.As(Person.Ada).SendAsync(HttpMethod.Put, $"{PatientsPath}/{second}", handedOver)).ObjectAsync();
        Assert.Equal([first], await RecentAsync(practice));
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Doctor.GetAsync($"{PatientsPath}/{first}")).StatusCode);
        Assert.Empty(await RecentAsync(other));
    }

    [Fact]
    public async Task No_more_than_a_few_are_listed_and_that_they_were_is_logged()
    {
        portal = await portals.OnAsync(Pair.Sqlite);
        using var practice = await Practice.OpenAsync(portal);
        var opened = new List<string>();
        for (var i = 0; i <= ListRecentPatientsHandler.Most; i++)
        {
            opened.Insert(0, await practice.NewPatientAsync());
            await (await practice.Doctor.GetAsync($"{PatientsPath}/{opened[0]}")).ObjectAsync();
        }

        var listed = await RecentAsync(practice);
        Assert.Equal(opened.SkipLast(1), listed);
        var row = Assert.Single(await portal.Get<ISecurityLog>().FindAsync(new() { UserId = practice.DoctorId.Value, EventType = AuditAction.PatientsListed.Wire(), Limit = 10 }, default));
        Assert.All(listed, id => Assert.Contains(id, row.AdditionalData!, StringComparison.Ordinal));
    }

    private async Task<List<string>> RecentAsync(Practice practice)
    {
        var doctor = (await portal.Get<IUserStore>().FindAsync(practice.DoctorId, default))!;
        var recent = await portal.Get<ListRecentPatientsHandler>().HandleAsync(new(doctor.Id, doctor.Username, Role.Doctor, Origin.Local), default);
        Assert.True(recent.Succeeded);
        return [.. recent.Value.Items.Select(patient => patient.Id.ToString())];
    }
}
