using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Appointments;

public sealed class AppointmentJourneyTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_patient_books_moves_and_comes_and_the_doctor_says_so(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        Assert.Equal(["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"], await practice.FreeAsync(practice.Owner));

        var response = await practice.Owner.PostAsync(Book, practice.At("09:30").With("notes", "A wheelchair"));
        var booked = await response.ObjectAsync(HttpStatusCode.Created);
        Assert.Equal(("\"1\"", $"{Practice.Appointments}/{booked.Id()}"), (response.Headers.ETag!.Tag, response.Headers.Location!.ToString()));
        Assert.Equal((practice.Patient, "scheduled", "routine", "UTC"), ((string?)booked["patient_id"], (string?)booked["status"], (string?)booked["urgency"], (string?)booked["time_zone"]));
        Assert.Equal(($"{practice.Day:yyyy-MM-dd}", "09:30", $"{practice.Day:yyyy-MM-dd}T09:30:00.000Z"), ((string?)booked["appointment_date"], (string?)booked["appointment_time"], (string?)booked["starts_at"]));
        Assert.Equal((30, practice.OwnerId.Value, "A wheelchair"), ((int)booked["duration_minutes"]!, (int)booked["created_by"]!, (string?)booked["notes"]));
        Assert.DoesNotContain("09:30", await practice.FreeAsync(practice.Owner));

        await MovesAsync(practice, booked);
        await ComesAsync(practice, booked);

        await portal.SettleAsync();
        var rows = await portal.Get<ISecurityLog>().FindAsync(new() { EntityType = EntityType.Appointment, EntityId = booked.Id() }, CancellationToken.None);
        Assert.Equal(
            [("appointment_status_changed", 4L), ("appointment_status_changed", 3L), ("appointment_rescheduled", 2L), ("appointment_created", 1L)],
            rows.Where(row => row.EntityVersion is not null).Select(row => (row.EventType, row.EntityVersion!.Value)));
        Assert.DoesNotContain(rows, row => $"{row.EventDescription}{row.AdditionalData}".Contains("wheelchair", StringComparison.Ordinal));
        Assert.True((bool)(await (await practice.Admin.GetAsync("/api/security/verify")).ObjectAsync())["ok"]!);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Each_sees_their_own_and_an_appointment_opens_no_record(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var house = portal.As(Person.House);
        var theirs = await BookedAsync(practice.Owner, practice.At("10:00"));
        var another = await BookedAsync(practice.Doctor, practice.At("10:30", await practice.NewPatientAsync()));
        // An admin gives the patient time with somebody whose patient it is not.
        var away = await BookedAsync(practice.Admin, practice.At("11:00", practice.Patient).With("doctor_id", portal.IdOf(Person.House).Value));

        Assert.Equal([theirs.Id(), away.Id()], await IdsAsync(practice.Owner, ""));
        Assert.Equal([theirs.Id(), another.Id()], await IdsAsync(practice.Doctor, ""));
        Assert.Equal([away.Id()], await IdsAsync(practice.Admin, $"?patient_id={practice.Patient}&doctor_id={portal.IdOf(Person.House)}&status=scheduled"));
        Assert.Equal([another.Id()], await IdsAsync(practice.Admin, $"?doctor_id={practice.DoctorId}&from={practice.Day:yyyy-MM-dd}T10:30:00Z&to={practice.Day:yyyy-MM-dd}T11:00:00Z"));
        foreach (var foreign in new[] { $"doctor_id={portal.IdOf(Person.House)}", $"doctor_id={practice.DoctorId}" })
            await (await portal.As(Person.Grace).GetAsync($"{Practice.Appointments}?{foreign}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await practice.Owner.GetAsync($"{Practice.Appointments}?patient_id={(string)another["patient_id"]!}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await PagesFollowAsync(practice, [theirs.Id(), another.Id()]);

        Assert.Equal(away.Id(), (await (await house.GetAsync($"{Practice.Appointments}/{away.Id()}")).ObjectAsync()).Id());
        await (await house.GetAsync($"{PatientsPath}/{practice.Patient}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await practice.Doctor.GetAsync($"{Practice.Appointments}/{away.Id()}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await practice.Owner.GetAsync($"{Practice.Appointments}/{another.Id()}")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await practice.Owner.GetAsync($"{Practice.Appointments}/0123456789abcdef01234567")).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await practice.Admin.GetAsync($"{Practice.Appointments}/0123456789abcdef01234567")).ProblemAsync(HttpStatusCode.NotFound, "appointment.not_found");
        await (await PutAsync(house, theirs, "cancel", new JsonObject { ["reason"] = "x", ["version"] = 1 })).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Patients_book_what_is_offered_and_only_for_themselves(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var stranger = await practice.NewPatientAsync();
        await BookedAsync(practice.Doctor, practice.At("10:00", stranger));

        var beside = await (await practice.Owner.PostAsync(Book, practice.At("10:45"))).ProblemAsync(HttpStatusCode.Conflict, "appointment.not_offered");
        Assert.Equal(["11:00", "10:30", "11:30"], Times(beside["alternatives"]));
        var taken = await (await practice.Owner.PostAsync(Book, practice.At("10:00"))).ProblemAsync(HttpStatusCode.Conflict, "appointment.slot_taken");
        Assert.Equal(["10:30", "09:30", "11:00"], Times(taken["alternatives"]));
        await (await practice.Owner.PostAsync(Book, practice.At("09:00", stranger))).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await practice.Owner.PostAsync(Book, practice.At("10:00").With("override", true).With("override_reason", "x"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "override");

        // One's own time with somebody else.
        var elsewhere = await HireAsync(portal, Role.Doctor);
        await BookedAsync(practice.Admin, practice.At("09:00", practice.Patient).With("doctor_id", elsewhere.Value));
        var busy = await (await practice.Owner.PostAsync(Book, practice.At("09:00"))).ProblemAsync(HttpStatusCode.Conflict, "appointment.patient_busy");
        Assert.Equal(["09:30", "10:30", "11:00"], Times(busy["alternatives"]));
        await (await portal.As(Person.Paul).PostAsync(Book, practice.At("11:00"))).ProblemAsync(HttpStatusCode.Conflict, "patient.no_record");
        Assert.Empty(await portal.As(Person.Paul).ItemsAsync(Practice.Appointments));

        await portal.SettleAsync();
        var failed = await portal.Get<ISecurityLog>().FindAsync(new() { UserId = practice.OwnerId.Value, EventType = "appointment_creation_failed" }, CancellationToken.None);
        Assert.Equal(["appointment.patient_busy", "appointment.slot_taken", "appointment.not_offered"], failed.Select(row => (string?)JsonNode.Parse(row.AdditionalData!)!["code"]));
        Assert.All(failed, row => Assert.Equal(("medium", "failure"), (row.Severity, row.Status)));
    }

    [Fact]
    public async Task Staff_book_any_future_time_each_in_their_own_calendar()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var practice = await Practice.OpenAsync(portal);
        await BookedAsync(practice.Doctor, practice.At("22:05", practice.Patient).With("duration_minutes", 95));

        await (await practice.Doctor.PostAsync(Book, practice.At("09:00"))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "patient_id");
        await (await portal.As(Person.House).PostAsync(Book, practice.At("09:00", practice.Patient))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "doctor_id");
        var house = practice.At("09:00", practice.Patient).With("doctor_id", portal.IdOf(Person.House).Value);
        await (await portal.As(Person.House).PostAsync(Book, house)).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await practice.Admin.PostAsync(Book, practice.At("09:00", "0123456789abcdef01234567"))).ProblemAsync(HttpStatusCode.NotFound, "patient.not_found");
        await (await practice.Admin.PostAsync(Book, practice.At("09:00", practice.Patient).With("doctor_id", practice.OwnerId.Value))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "doctor_id");
        await (await practice.Doctor.PostAsync(Book, practice.At("09:00", practice.Day.AddDays(-8)).With("patient_id", practice.Patient))).ProblemAsync(HttpStatusCode.BadRequest, "input.invalid", "appointment_time");
    }

    private static async Task MovesAsync(Practice practice, JsonObject booked)
    {
        var to = To("10:00", practice.Day);
        await (await PutAsync(practice.Owner, booked, "reschedule", to)).ProblemAsync(HttpStatusCode.PreconditionRequired, "version.required");
        await (await PutAsync(practice.Owner, booked, "reschedule", to, ("If-Match", "\"7\""))).ProblemAsync(HttpStatusCode.PreconditionFailed, "version.changed");
        await (await PutAsync(practice.Owner, booked, "reschedule", To("10:00", practice.Day).With("version", 7))).ProblemAsync(HttpStatusCode.Conflict, "version.changed");
        var nowhere = await (await PutAsync(practice.Owner, booked, "reschedule", To("08:00", practice.Day).With("version", 1))).ProblemAsync(HttpStatusCode.Conflict, "appointment.not_offered");
        // Its own time is free for it.
        Assert.Equal(["09:00", "09:30", "10:00"], Times(nowhere["alternatives"]));
        var moved = await PutAsync(practice.Owner, booked, "reschedule", to, ("If-Match", "\"1\""));
        Assert.Equal(("\"2\"", "10:00", 30), (moved.Headers.ETag!.Tag, (string?)(await moved.ObjectAsync())["appointment_time"], (int)(await moved.ObjectAsync())["duration_minutes"]!));
        Assert.Contains("09:30", await practice.FreeAsync(practice.Owner));
    }

    private static async Task ComesAsync(Practice practice, JsonObject booked)
    {
        await (await PutAsync(practice.Owner, booked, "status", new JsonObject { ["status"] = "arrived", ["version"] = 2 })).ProblemAsync(HttpStatusCode.Forbidden, "access.denied");
        await (await PutAsync(practice.Doctor, booked, "status", new JsonObject { ["status"] = "ARRIVED", ["version"] = 2 })).ObjectAsync();
        await (await PutAsync(practice.Owner, booked, "cancel", new JsonObject { ["reason"] = "Later", ["version"] = 3 })).ProblemAsync(HttpStatusCode.Conflict, "appointment.too_late");
        await (await PutAsync(practice.Owner, booked, "reschedule", To("11:00", practice.Day).With("version", 3))).ProblemAsync(HttpStatusCode.Conflict, "appointment.too_late");
        await (await PutAsync(practice.Doctor, booked, "reschedule", To("11:00", practice.Day).With("version", 3))).ProblemAsync(HttpStatusCode.Conflict, "appointment.arrived");
        await (await PutAsync(practice.Doctor, booked, "status", new JsonObject { ["status"] = "no_show", ["version"] = 3 })).ProblemAsync(HttpStatusCode.Conflict, "appointment.status_not_allowed");
        await (await PutAsync(practice.Admin, booked, "status", new JsonObject { ["status"] = "completed", ["version"] = 3 })).ObjectAsync();
        foreach (var what in new[] { "cancel", "status" })
        {
            var body = new JsonObject { ["reason"] = "x", ["version"] = 4 };
            await (await PutAsync(practice.Doctor, booked, what, what == "status" ? body.With("status", "cancelled") : body)).ProblemAsync(HttpStatusCode.Conflict, "appointment.final");
        }
    }

    private static async Task PagesFollowAsync(Practice practice, IReadOnlyList<string> all)
    {
        var first = await (await practice.Doctor.GetAsync($"{Practice.Appointments}?limit=1")).ObjectAsync();
        var next = (string)first["next"]!;
        var second = await (await practice.Doctor.GetAsync($"{Practice.Appointments}?limit=1&after={next}")).ObjectAsync();
        Assert.Null(second["next"]);
        Assert.Equal(all, new[] { first, second }.Select(page => (string)page["items"]![0]!["id"]!));
        await (await practice.Doctor.GetAsync($"{Practice.Appointments}?status=scheduled&after={next}")).ProblemAsync(HttpStatusCode.BadRequest, "cursor.invalid", "after");
        await (await practice.Admin.GetAsync($"{Practice.Appointments}?after={next}")).ProblemAsync(HttpStatusCode.BadRequest, "cursor.invalid", "after");
    }

    private static async Task<IEnumerable<string>> IdsAsync(HttpClient who, string query) => (await who.ItemsAsync($"{Practice.Appointments}{query}")).Select(one => (string)one["id"]!);
}
