using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Appointments;

public sealed class LeavingDoctorTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_leaving_doctors_appointments_are_the_successors_at_the_same_times(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var leaving = await Practice.OpenAsync(portal);
        using var taking = await Practice.OpenAsync(portal);
        var free = await BookedAsync(leaving.Owner, leaving.At("09:00"));
        var busy = await BookedAsync(leaving.Doctor, leaving.At("10:00", await leaving.NewPatientAsync()));
        var theirs = await BookedAsync(taking.Owner, taking.At("10:00"));
        var over = await BookedAsync(leaving.Doctor, leaving.At("09:15", await leaving.NewPatientAsync()).With("override", true).With("override_reason", "Chest pain"));
        var account = $"/api/admin/users/{leaving.DoctorId}";

        var problem = await (await leaving.Admin.SendAsync(HttpMethod.Put, account, new JsonObject { ["is_active"] = false, ["version"] = 1 })).ProblemAsync(HttpStatusCode.Conflict, "user.has_patients");
        Assert.Equal((3, 3), ((int)problem["counts"]!["patients"]!, (int)problem["counts"]!["appointments"]!));
        var body = new JsonObject { ["is_active"] = false, ["reassign_to"] = taking.DoctorId.Value, ["version"] = 1 };
        await (await leaving.Admin.SendAsync(HttpMethod.Put, account, body)).ObjectAsync();

        Assert.Empty(await leaving.Admin.ItemsAsync($"{Practice.Appointments}?doctor_id={leaving.DoctorId}"));
        var moved = (await taking.Doctor.ItemsAsync(Practice.Appointments)).ToDictionary(one => (string)one["id"]!);
        Assert.Equal(4, moved.Count);
        Assert.Equal((2, "09:00", 0), Of(moved[free.Id()]));
        Assert.Equal((2, "09:15", 1), Of(moved[over.Id()]));
        Assert.Equal((2, "10:00", 1), Of(moved[busy.Id()]));
        Assert.Equal((1, "10:00", 0), Of(moved[theirs.Id()]));
        Assert.Equal((theirs.Id(), "The doctor before has left."), ((string?)moved[busy.Id()]["overrides"]![0], (string?)moved[busy.Id()]["override_reason"]));
        Assert.Equal(["10:30", "11:00", "11:30"], await taking.FreeAsync(taking.Owner));

        // What it shared is its own when the other lets go of it.
        await (await PutAsync(taking.Owner, theirs, "cancel", new JsonObject { ["reason"] = "Better", ["version"] = 1 })).ObjectAsync();
        await (await taking.Owner.PostAsync(Book, taking.At("10:00"))).ProblemAsync(HttpStatusCode.Conflict, "appointment.slot_taken");
        await (await PutAsync(leaving.Owner, free, "cancel", new JsonObject { ["reason"] = "Better", ["version"] = 2 })).ObjectAsync();
        await (await leaving.Admin.PostAsync(Book, leaving.At("11:00", leaving.Patient))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "doctor_id");
        await (await leaving.Owner.GetAsync($"{leaving.DoctorPath}/slots?date={leaving.Day:yyyy-MM-dd}")).ProblemAsync(HttpStatusCode.NotFound, "doctor.not_found");
        Assert.Empty(await portal.UnfinishedAsync());
    }

    [Fact]
    public async Task Appointments_alone_keep_a_doctor_as_well()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var practice = await Practice.OpenAsync(portal);
        var alone = await HireAsync(portal, Role.Doctor);
        var booked = await BookedAsync(practice.Admin, practice.At("10:00", practice.Patient).With("doctor_id", alone.Value));
        var leaves = new JsonObject { ["role"] = "admin", ["version"] = 1 };

        var problem = await (await practice.Admin.SendAsync(HttpMethod.Put, $"/api/admin/users/{alone}", leaves)).ProblemAsync(HttpStatusCode.Conflict, "user.has_patients");
        Assert.Equal((0, 1), ((int)problem["counts"]!["patients"]!, (int)problem["counts"]!["appointments"]!));
        await (await PutAsync(practice.Owner, booked, "cancel", new JsonObject { ["reason"] = "Better", ["version"] = 1 })).ObjectAsync();
        await (await practice.Admin.SendAsync(HttpMethod.Put, $"/api/admin/users/{alone}", (JsonObject)leaves.DeepClone())).ObjectAsync();
    }

    private static (int Version, string Time, int Overrides) Of(JsonNode one) => ((int)one["version"]!, (string)one["appointment_time"]!, one["overrides"]!.AsArray().Count);
}
