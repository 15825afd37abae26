using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

/// <summary>A doctor leaves: the appointment is another's, at the same time, and nobody owns the time that was left.</summary>
public abstract class AppointmentHandOverContract<TFixture>(TFixture fixture) : AppointmentContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task A_free_time_is_all_its_own_with_the_new_doctor_and_the_old_ones_is_free()
    {
        var appointment = await BookedAsync(AnAppointment());
        var moved = await UpdatedAsync(await HandedOverAsync(appointment, NewDoctor()));

        Assert.Equal((2, appointment.PatientId, null), (moved.Version, moved.PatientId, moved.OverrideReason));
        await AssertStoredAsync(moved);
        await AssertOwnsAllAsync(moved);
        await AssertOwnsAllAsync(await BookedAsync(AnAppointment(appointment.DoctorId)));
        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(AnAppointment(moved.DoctorId)));
    }

    [Fact]
    public async Task A_time_that_is_taken_there_is_shared_and_inherited()
    {
        var there = await BookedAsync(AnAppointment(time: "10:15"));
        var appointment = await BookedAsync(AnAppointment());
        var moved = await UpdatedAsync(await HandedOverAsync(appointment, there.DoctorId));

        Assert.Equal((there.Id, AppointmentRules.HandedOver), (Assert.Single(moved.Overrides), moved.OverrideReason));
        var (ofDoctor, ofPatient) = await OwnedAsync(moved);
        Assert.Equal(moved.Cells.Except(there.Cells), ofDoctor);
        Assert.Equal(moved.Cells, ofPatient);
        await UpdatedAsync(there.Cancelled());
        await AssertOwnsAllAsync(moved);
    }

    [Fact]
    public async Task Two_that_share_a_time_share_it_with_the_new_doctor_whichever_goes_first()
    {
        foreach (var overFirst in new[] { false, true })
        {
            var (first, to) = (await BookedAsync(AnAppointment()), NewDoctor());
            var over = await BookedAsync(AnAppointment(first.DoctorId, time: "10:15").Over(first));
            foreach (var one in overFirst ? [over, first] : new[] { first, over }) await UpdatedAsync(await HandedOverAsync(one, to));

            Assert.Equal([first.Id, over.Id], (await ListAsync(new() { DoctorId = to, Limit = 10 })).Select(one => one.Id));
            Assert.Empty(await ListAsync(new() { DoctorId = first.DoctorId, Limit = 10 }));
            var (ofFirst, ofOver) = ((await OwnedAsync(first)).OfDoctor, (await OwnedAsync(over)).OfDoctor);
            Assert.Equal(first.Cells.Union(over.Cells), ofFirst.Concat(ofOver).Order());
        }
    }

    [Fact]
    public async Task A_time_taken_after_the_look_is_not_lost_to_the_one_who_took_it()
    {
        var appointment = await BookedAsync(AnAppointment());
        var blind = await HandedOverAsync(appointment, NewDoctor());
        await BookedAsync(AnAppointment(blind.DoctorId));

        Assert.Equal(UpdateAppointmentOutcome.DoctorTaken, await UpdateAsync(blind));
        await AssertOwnsAllAsync(appointment);
        await UpdatedAsync(await HandedOverAsync(appointment, blind.DoctorId));
    }

    [Fact]
    public void What_is_over_stays_where_it_was() =>
        Assert.Equal(AppointmentErrors.Final, AnAppointment().Cancelled().HandOver(NewDoctor(), [], Now).Error);

    private async Task<Appointment> HandedOverAsync(Appointment appointment, UserId to)
    {
        var busy = await Appointments.BusyAsync(BusyFilter.Of(appointment) with { DoctorId = to }, Ct);
        return appointment.HandOver(to, busy, Now).Value!;
    }
}
