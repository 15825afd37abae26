using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Tests.Changes;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

/// <summary>Appointments as the relay sees them: each stored version's change is pending, whole and in order, until it is cleared.</summary>
public abstract class AppointmentChangesContract<TFixture>(TFixture fixture) : AppointmentContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await DrainAsync();
    }

    [Fact]
    public async Task Hands_over_exactly_the_changes_that_were_given_until_they_are_cleared()
    {
        var appointment = AnAppointment();
        var moved = appointment.Moved("12:00");
        var (created, rescheduled) = (appointment.AsChange(), moved.AsChange());
        await Appointments.BookAsync(appointment, created, Ct);
        await Appointments.UpdateAsync(moved, rescheduled, Ct);

        await Changes.AssertHandsOverAsync(created, rescheduled, () => UpdatedAsync(moved.Cancelled()));
    }

    [Fact]
    public async Task Has_nothing_pending_for_what_was_refused()
    {
        var appointment = await BookedAsync(AnAppointment());
        var other = await BookedAsync(AnAppointment(appointment.DoctorId, time: "12:00"));
        await DrainAsync();

        await BookAsync(appointment);
        await BookAsync(AnAppointment(appointment.DoctorId));
        await UpdateAsync(other.Moved("10:15"));
        await UpdateAsync(other.Cancelled() with { Version = 7 });
        await UpdateAsync(AnAppointment().Cancelled());

        Assert.Empty(await Changes.PendingAsync(10, Ct));
    }

    [Fact]
    public async Task Inheriting_time_is_no_change_of_an_appointment()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId).Over(first));
        await UpdatedAsync(first.Cancelled());

        var carried = await DrainAsync();

        Assert.Equal([(first.Id, 1L), (over.Id, 1L), (first.Id, 2L)], carried.OrderBy(c => c.EntityVersion).ThenBy(c => c.EntityId).Select(c => (IdOf(c), c.EntityVersion!.Value)));
    }

    [Fact]
    public async Task Loses_and_repeats_nothing_when_writers_and_two_relays_run_at_once()
    {
        var appointments = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => BookedAsync(AnAppointment())));

        await Changes.AssertCarriedOnceAsync(Task.WhenAll(appointments.Select(MoveEightTimesAsync)), appointments.Select(one => one.Id.ToString()), last: 9);
    }

    [Fact]
    public async Task Tells_every_appointment_with_its_version()
    {
        var appointments = new List<Appointment> { await BookedAsync(AnAppointment()), await BookedAsync(AnAppointment()), await BookedAsync(AnAppointment()) };
        appointments[0] = await UpdatedAsync(appointments[0].Moved("12:00"));
        appointments[1] = await UpdatedAsync(appointments[1].Cancelled());

        await Changes.AssertTellsAsync(EntityType.Appointment, appointments.Select(one => (one.Id.ToString(), one.Version)));
    }

    private static AppointmentId IdOf(Change change) => new(ClinicalId.Parse(change.EntityId!));

    private async Task MoveEightTimesAsync(Appointment appointment)
    {
        for (var i = 0; i < 8; i++) appointment = await UpdatedAsync(appointment.Moved($"{12 + (i % 3)}:00"));
    }
}
