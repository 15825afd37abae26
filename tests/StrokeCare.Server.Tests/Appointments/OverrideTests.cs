using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Appointments;

public sealed class OverrideTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Staff_share_a_taken_time_with_a_reason_which_patients_are_not_told(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var first = await BookedAsync(practice.Doctor, practice.At("10:00", await practice.NewPatientAsync()));
        var wanted = practice.At("10:15", practice.Patient);

        await (await practice.Doctor.PostAsync(Book, wanted)).ProblemAsync(HttpStatusCode.Conflict, "appointment.slot_taken");
        await (await practice.Doctor.PostAsync(Book, wanted.With("override_reason", "Chest pain"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "override_reason");
        wanted.Remove("override_reason");
        await (await practice.Doctor.PostAsync(Book, wanted.With("override", true))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "override_reason");
        var second = await BookedAsync(practice.Doctor, wanted.With("override_reason", "Chest pain"));
        Assert.Equal((first.Id(), "Chest pain"), ((string?)second["overrides"]!.AsArray().Single(), (string?)second["override_reason"]));
        var told = await (await practice.Owner.GetAsync($"{Practice.Appointments}/{second.Id()}")).ObjectAsync();
        Assert.Equal((0, null), (told["overrides"]!.AsArray().Count, (string?)told["override_reason"]));

        // What the first lets go of is the second's.
        await (await PutAsync(practice.Doctor, first, "cancel", new JsonObject { ["reason"] = "Away", ["version"] = 1 })).ObjectAsync();
        Assert.Equal(["09:00", "09:30", "11:00", "11:30"], await practice.FreeAsync(practice.Owner));
        await portal.SettleAsync();
        var row = Assert.Single(await portal.Get<ISecurityLog>().FindAsync(new() { EntityType = EntityType.Appointment, EntityId = second.Id(), EventType = "appointment_overridden" }, CancellationToken.None));
        Assert.Equal(("medium", 1L), (row.Severity, row.EntityVersion));
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_patients_own_time_is_overridden_in_an_emergency_only(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var first = await BookedAsync(practice.Owner, practice.At("10:00"));
        var elsewhere = await HireAsync(portal, Role.Doctor);
        var later = await BookedAsync(practice.Admin, practice.At("11:00", practice.Patient).With("doctor_id", elsewhere.Value));
        var wanted = practice.At("10:00", practice.Patient).With("override", true).With("override_reason", "Stroke");

        var refused = await (await practice.Doctor.PostAsync(Book, wanted)).ProblemAsync(HttpStatusCode.Conflict, "appointment.only_in_an_emergency");
        Assert.Equal(["10:30", "09:30", "09:00"], Times(refused["alternatives"]));
        var second = await BookedAsync(practice.Doctor, wanted.With("urgency", "Emergency"));
        Assert.Equal(("emergency", first.Id()), ((string?)second["urgency"], (string?)second["overrides"]!.AsArray().Single()));

        // Moved, it shares the time of those there, and no longer of those before.
        var busy = await (await PutAsync(practice.Doctor, second, "reschedule", To("11:00", practice.Day).With("version", 1))).ProblemAsync(HttpStatusCode.Conflict, "appointment.patient_busy");
        Assert.Equal(["11:30", "10:30", "09:30"], Times(busy["alternatives"]));
        var there = To("11:00", practice.Day).With("override", true).With("override_reason", "Stroke").With("version", 1);
        var moved = await (await PutAsync(practice.Doctor, second, "reschedule", there)).ObjectAsync();
        Assert.Equal((2, later.Id()), ((int)moved["version"]!, (string?)moved["overrides"]!.AsArray().Single()));
    }
}
