using System.Net;
using System.Text.Json.Nodes;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Patients;
using StrokeCare.Server.Tests.Support;
using static StrokeCare.Server.Tests.Appointments.Practice;
using static StrokeCare.Server.Tests.Support.Http;

namespace StrokeCare.Server.Tests.Appointments;

public sealed class ArchivedPatientTests(Portals portals)
{
    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Archiving_cancels_what_is_ahead_and_restoring_brings_nothing_back(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var patient = await practice.NewPatientAsync();
        var kept = await BookedAsync(practice.Doctor, practice.At("09:00", practice.Patient));
        var ahead = new List<JsonObject>();
        foreach (var time in new[] { "09:30", "10:00", "10:30" }) ahead.Add(await BookedAsync(practice.Doctor, practice.At(time, patient)));
        await (await PutAsync(practice.Doctor, ahead[2], "cancel", new JsonObject { ["reason"] = "Away", ["version"] = 1 })).ObjectAsync();

        await (await practice.Admin.SendAsync(HttpMethod.Delete, $"{PatientsPath}/{patient}", null, ("If-Match", "\"1\""))).ObjectAsync();

        Assert.Equal(
            [("cancelled", 2, "The patient's record was archived."), ("cancelled", 2, "The patient's record was archived."), ("cancelled", 2, "Away")],
            (await practice.Admin.ItemsAsync($"{Practice.Appointments}?patient_id={patient}")).Select(one => ((string?)one["status"], (int)one["version"]!, (string?)one["cancel_reason"])));
        Assert.Equal("scheduled", (string?)(await (await practice.Owner.GetAsync($"{Practice.Appointments}/{kept.Id()}")).ObjectAsync())["status"]);
        await (await practice.Admin.PostAsync(Book, practice.At("11:00", patient))).ProblemAsync(HttpStatusCode.Conflict, "patient.archived");
        await (await practice.Admin.PostAsync($"{PatientsPath}/{patient}/restore", new JsonObject { ["version"] = 2 })).ObjectAsync();
        Assert.All(await practice.Admin.ItemsAsync($"{Practice.Appointments}?patient_id={patient}"), one => Assert.Equal("cancelled", (string?)one["status"]));
        await BookedAsync(practice.Doctor, practice.At("10:00", patient));

        await portal.SettleAsync();
        foreach (var one in ahead)
        {
            var rows = await portal.Get<ISecurityLog>().FindAsync(new() { EntityType = EntityType.Appointment, EntityId = one.Id() }, CancellationToken.None);
            Assert.Equal([("appointment_cancelled", 2L), ("appointment_created", 1L)], rows.Where(row => row.EntityVersion is not null).Select(row => (row.EventType, row.EntityVersion!.Value)));
        }

        Assert.DoesNotContain(await portal.UnfinishedAsync(), intent => intent.PatientId.ToString() == patient);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task What_a_dead_process_left_uncancelled_recovery_cancels(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var (patient, saga) = (await practice.NewPatientAsync(), portal.Get<CancelAppointmentsOfPatient>());
        foreach (var time in new[] { "09:30", "10:00" }) await BookedAsync(practice.Doctor, practice.At(time, patient));
        var ada = new Actor(portal.IdOf(Person.Ada), "ada", Role.Admin, Origin.Local);
        var stored = (await portal.Get<IPatientStore>().FindAsync(new(ClinicalId.Parse(patient)), CancellationToken.None))!;

        // Prepared, and the record is not archived: nothing is cancelled.
        await saga.ResumeAsync(await saga.PrepareAsync(stored.Id, ada, CancellationToken.None), CancellationToken.None);
        Assert.All(await practice.Admin.ItemsAsync($"{Practice.Appointments}?patient_id={patient}"), one => Assert.Equal("scheduled", (string?)one["status"]));

        var intent = await saga.PrepareAsync(stored.Id, ada, CancellationToken.None);
        var archived = stored.Archive(TimeProvider.System.GetUtcNow());
        await portal.Get<IPatientStore>().UpdateAsync(archived, portal.Get<AuditTrail>().Of(AuditAction.PatientArchived, ada, archived), CancellationToken.None);
        await saga.ResumeAsync(intent, CancellationToken.None);
        await saga.ResumeAsync(intent, CancellationToken.None);

        Assert.Equal(["cancelled", "cancelled"], (await practice.Admin.ItemsAsync($"{Practice.Appointments}?patient_id={patient}")).Select(one => (string?)one["status"]));
        Assert.DoesNotContain(await portal.UnfinishedAsync(), open => open.PatientId == stored.Id);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task What_a_booking_left_that_died_beside_the_archiving_a_later_look_cancels(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var (patient, saga) = (await practice.NewPatientAsync(), portal.Get<CancelAppointmentsOfPatient>());
        await (await practice.Admin.SendAsync(HttpMethod.Delete, $"{PatientsPath}/{patient}", null, ("If-Match", "\"1\""))).ObjectAsync();

        // It had looked at the record before, stored the appointment, and is dead before it looks again.
        var booking = new Booking { PatientId = new(ClinicalId.Parse(patient)), DoctorId = practice.DoctorId, When = new(practice.Day, new(9, 30)), Reason = "Check-up" };
        var late = Appointment.Book(new(portal.Get<ClinicalIds>().Next()), booking, portal.Get<ClinicCalendar>().Clock, portal.Get<TimeProvider>().GetUtcNow()).Value!;
        var change = portal.Get<AuditTrail>().Of(AuditAction.AppointmentCreated, Actor.Operator, late);
        Assert.Equal(BookOutcome.Booked, await portal.Get<IAppointmentStore>().BookAsync(late, change, CancellationToken.None));

        var open = Assert.Single(await OpenAsync(portal), open => open.PatientId == booking.PatientId);
        await saga.LookAgainAsync(open, CancellationToken.None);
        Assert.Equal("scheduled", await StatusAsync());
        Assert.Single(await OpenAsync(portal), left => left.PatientId == booking.PatientId);
        await saga.LookAgainAsync(open with { CreatedAt = open.CreatedAt - CancelAppointmentsOfPatient.LongestBooking }, CancellationToken.None);
        Assert.Equal("cancelled", await StatusAsync());
        Assert.DoesNotContain(await OpenAsync(portal), left => left.PatientId == booking.PatientId);

        async Task<string?> StatusAsync() => (string?)Assert.Single(await practice.Admin.ItemsAsync($"{Practice.Appointments}?patient_id={patient}"))["status"];
    }

    private static Task<IReadOnlyList<Intent>> OpenAsync(RunningPortal portal) => portal.Get<IIntentStore>().OpenAsync(DateTimeOffset.MaxValue, null, 100, CancellationToken.None);
}
