using StrokeCare.Appointments;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

/// <summary>An appointment that overrides others owns what they leave free, and inherits what they let go of.</summary>
public abstract class AppointmentOverrideContract<TFixture>(TFixture fixture) : AppointmentContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task An_override_owns_what_is_free_of_its_doctors_time_and_all_of_its_patients()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId, time: "10:15", minutes: 30).Over(first));

        await AssertStoredAsync(over);
        await AssertOwnsAllAsync(first);
        var (ofDoctor, ofPatient) = await OwnedAsync(over);
        Assert.Equal(over.Cells.Except(first.Cells), ofDoctor);
        Assert.Equal(over.Cells, ofPatient);
        Assert.Equal(BookOutcome.PatientTaken, await BookAsync(AnAppointment(patient: over.PatientId, time: "10:20", minutes: 5)));
        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(AnAppointment(first.DoctorId, time: "10:35", minutes: 5)));
    }

    [Fact]
    public async Task An_override_of_a_patients_own_appointment_owns_all_of_its_doctors_time()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(patient: first.PatientId, time: "10:15").Over(first));

        var (ofDoctor, ofPatient) = await OwnedAsync(over);
        Assert.Equal(over.Cells, ofDoctor);
        Assert.Equal(over.Cells.Except(first.Cells), ofPatient);
    }

    [Fact]
    public async Task An_override_must_name_all_that_stand_in_its_way()
    {
        var doctor = NewDoctor();
        var (first, second) = (await BookedAsync(AnAppointment(doctor)), await BookedAsync(AnAppointment(doctor, time: "10:30")));

        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(AnAppointment(doctor, minutes: 60).Over(first)));
        var over = await BookedAsync(AnAppointment(doctor, minutes: 60).Over(first, second));
        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(AnAppointment(doctor).Over(first)));
        await BookedAsync(AnAppointment(doctor).Over(first, over));
        Assert.Empty((await OwnedAsync(over)).OfDoctor);
    }

    [Theory]
    [InlineData(AppointmentStatus.Cancelled)]
    [InlineData(AppointmentStatus.Completed)]
    [InlineData(AppointmentStatus.NoShow)]
    public async Task What_an_overridden_one_lets_go_of_is_inherited_by_those_that_override_it(AppointmentStatus status)
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId, time: "10:15").Over(first));

        await UpdatedAsync(first.Becomes(status));

        await AssertOwnsAllAsync(over);
        await AssertStoredAsync(over);
        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(AnAppointment(first.DoctorId, time: "10:15", minutes: 5)));
        await BookedAsync(AnAppointment(first.DoctorId, time: "10:00", minutes: 15));
    }

    [Fact]
    public async Task A_move_of_the_overridden_one_leaves_its_time_to_the_other_too()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId).Over(first));

        var moved = await UpdatedAsync(first.Moved("11:00"));

        await AssertOwnsAllAsync(moved);
        await AssertOwnsAllAsync(over);
    }

    [Fact]
    public async Task Of_two_that_override_one_the_second_inherits_when_the_first_has_gone()
    {
        var first = await BookedAsync(AnAppointment());
        var second = await BookedAsync(AnAppointment(first.DoctorId).Over(first));
        var third = await BookedAsync(AnAppointment(first.DoctorId).Over(first, second));

        await UpdatedAsync(first.Cancelled());
        await AssertOwnsAllAsync(second);
        Assert.Empty((await OwnedAsync(third)).OfDoctor);
        await UpdatedAsync(second.Cancelled());
        await AssertOwnsAllAsync(third);
        await UpdatedAsync(third.Cancelled());
        Assert.Empty((await OwnedAsync(third)).OfPatient);
    }

    [Fact]
    public async Task An_override_that_leaves_leaves_the_overridden_one_as_it_was()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId, time: "10:15").Over(first));

        await UpdatedAsync(over.Cancelled());

        await AssertOwnsAllAsync(first);
        await AssertStoredAsync(first);
        await BookedAsync(AnAppointment(first.DoctorId, time: "10:30"));
        Assert.Empty(await Appointments.OverriddenByAsync(first.Id, Ct));
    }

    [Fact]
    public async Task A_move_may_override_and_forgets_what_it_overrode_before()
    {
        var doctor = NewDoctor();
        var (first, second) = (await BookedAsync(AnAppointment(doctor)), await BookedAsync(AnAppointment(doctor, time: "12:00")));
        var over = await BookedAsync(AnAppointment(doctor).Over(first));

        var moved = await UpdatedAsync(over.Moved("12:15").Over(second));

        await AssertStoredAsync(moved);
        Assert.Empty(await Appointments.OverriddenByAsync(first.Id, Ct));
        Assert.Equal([moved.AsText()], (await Appointments.OverriddenByAsync(second.Id, Ct)).Select(one => one.AsText()));
        await UpdatedAsync(second.Cancelled());
        await AssertOwnsAllAsync(moved);
    }

    [Fact]
    public async Task A_move_to_the_same_time_without_the_override_is_refused()
    {
        var first = await BookedAsync(AnAppointment());
        var over = await BookedAsync(AnAppointment(first.DoctorId).Over(first));

        Assert.Equal(UpdateAppointmentOutcome.DoctorTaken, await UpdateAsync(over.Moved("10:00")));
        await AssertStoredAsync(over);
    }

    [Fact]
    public async Task An_override_of_what_has_gone_owns_all_its_time()
    {
        var first = await BookedAsync(AnAppointment());
        await UpdatedAsync(first.Cancelled());

        await AssertOwnsAllAsync(await BookedAsync(AnAppointment(first.DoctorId).Over(first)));
    }

    [Fact]
    public async Task When_the_overridden_ones_leave_while_others_override_them_and_book_nothing_of_the_time_is_lost()
    {
        for (var round = 0; round < 8; round++)
        {
            var doctor = NewDoctor();
            var first = await BookedAsync(AnAppointment(doctor));
            var over = AnAppointment(doctor).Over(first);
            var (another, ordinary) = (AnAppointment(doctor).Over(first), AnAppointment(doctor));

            await Task.WhenAll(UpdateAsync(first.Cancelled()), BookAsync(over), BookAsync(another), BookAsync(ordinary));
            await Store.Recover();

            await AssertSettledAsync(doctor);
        }
    }

    private async Task AssertSettledAsync(StrokeCare.Accounts.UserId doctor)
    {
        var active = (await ListAsync(new() { DoctorId = doctor, Limit = 100 })).Where(one => one.IsActive).ToList();
        OwnedTimes.AssertKept(active, [.. (await Store.OwnedCells()).Where(cell => active.Any(one => one.Id == cell.Owner) || cell.Doctor == doctor)]);
    }
}
