using StrokeCare.Appointments;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

/// <summary>What every store keeps of an appointment, and how it settles races for it and for its time.</summary>
public abstract class AppointmentStoreContract<TFixture>(TFixture fixture) : AppointmentContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    [Fact]
    public async Task Keeps_every_field_as_given()
    {
        var appointment = await BookedAsync(WithEverything());
        await AssertStoredAsync(appointment);
        await AssertStoredAsync(await UpdatedAsync(appointment.Cancelled()));
    }

    [Fact]
    public async Task Keeps_what_was_left_out_as_not_known()
    {
        await AssertStoredAsync(await BookedAsync((ABooking() with { Notes = null, By = null }).Booked(NewYork)));
        Assert.Null(await Appointments.FindAsync(NewAppointmentId(), Ct));
    }

    [Fact]
    public async Task Refuses_a_second_appointment_with_the_same_id_whatever_has_become_of_the_first()
    {
        var appointment = await BookedAsync(AnAppointment());
        Assert.Equal(BookOutcome.AlreadyExists, await BookAsync(appointment));
        Assert.Equal(BookOutcome.AlreadyExists, await BookAsync(AnAppointment() with { Id = appointment.Id }));
        var moved = await UpdatedAsync(appointment.Moved("15:00"));
        await BookedAsync(AnAppointment(appointment.DoctorId));
        Assert.Equal(BookOutcome.AlreadyExists, await BookAsync(appointment));
        await AssertStoredAsync(moved);
    }

    [Fact]
    public async Task Books_once_when_fifty_book_the_same_id()
    {
        var appointment = AnAppointment();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => BookAsync(appointment)));

        Assert.Single(outcomes, BookOutcome.Booked);
        Assert.Equal(49, outcomes.Count(outcome => outcome == BookOutcome.AlreadyExists));
    }

    [Fact]
    public async Task Of_200_who_book_one_slot_at_once_one_has_it_and_all_others_are_told()
    {
        var doctor = NewDoctor();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => BookAsync(AnAppointment(doctor))));

        Assert.Single(outcomes, BookOutcome.Booked);
        Assert.Equal(199, outcomes.Count(outcome => outcome == BookOutcome.DoctorTaken));
        await AssertOwnsAllAsync(Assert.Single(await ListAsync(new() { DoctorId = doctor, Limit = 100 })));
    }

    [Fact]
    public async Task Of_fifty_doctors_who_book_one_patient_at_once_one_has_the_time()
    {
        var patient = PatientBuilder.NewId();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => BookAsync(AnAppointment(patient: patient, time: $"10:{i % 6 * 5:00}"))));

        Assert.Single(outcomes, BookOutcome.Booked);
        Assert.Equal(49, outcomes.Count(outcome => outcome == BookOutcome.PatientTaken));
    }

    [Theory]
    [InlineData("09:30", 30, true)]
    [InlineData("09:30", 35, false)]
    [InlineData("10:10", 5, false)]
    [InlineData("10:25", 60, false)]
    [InlineData("10:30", 5, true)]
    [InlineData("03:00", 480, false)]
    [InlineData("02:00", 480, true)]
    public async Task Refuses_what_overlaps_and_books_what_only_touches(string time, int minutes, bool isFree)
    {
        var (doctor, patient) = (NewDoctor(), PatientBuilder.NewId());
        await BookedAsync(AnAppointment(doctor, patient));

        Assert.Equal(isFree ? BookOutcome.Booked : BookOutcome.DoctorTaken, await BookAsync(AnAppointment(doctor, time: time, minutes: minutes)));
        Assert.Equal(isFree ? BookOutcome.Booked : BookOutcome.PatientTaken, await BookAsync(AnAppointment(patient: patient, time: time, minutes: minutes)));
        var both = await BookAsync(AnAppointment(doctor, patient, "10:00"));
        Assert.Equal(BookOutcome.DoctorTaken, both);
    }

    [Theory]
    [InlineData(AppointmentStatus.Cancelled)]
    [InlineData(AppointmentStatus.Completed)]
    [InlineData(AppointmentStatus.NoShow)]
    public async Task What_is_final_lets_go_of_its_time(AppointmentStatus status)
    {
        var appointment = await BookedAsync(AnAppointment());
        var last = await UpdatedAsync(appointment.Becomes(status));

        await AssertStoredAsync(last);
        await AssertOwnsAllAsync(last);
        await AssertOwnsAllAsync(await BookedAsync(AnAppointment(appointment.DoctorId, appointment.PatientId)));
    }

    [Fact]
    public async Task Who_has_arrived_keeps_the_time()
    {
        var appointment = await BookedAsync(AnAppointment());
        var arrived = await UpdatedAsync(appointment.Becomes(AppointmentStatus.Arrived));

        await AssertStoredAsync(arrived);
        await AssertOwnsAllAsync(arrived);
        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync(AnAppointment(appointment.DoctorId)));
    }

    [Fact]
    public async Task A_move_swaps_the_time_also_where_the_two_overlap()
    {
        var appointment = await BookedAsync(AnAppointment());
        var moved = await UpdatedAsync(appointment.Moved("10:15", 45));

        await AssertStoredAsync(moved);
        await AssertOwnsAllAsync(moved);
        await BookedAsync(AnAppointment(appointment.DoctorId, time: "10:00", minutes: 15));
        await BookedAsync(AnAppointment(appointment.DoctorId, time: "11:00"));
    }

    [Fact]
    public async Task A_move_onto_taken_time_changes_nothing()
    {
        var (doctor, patient) = (NewDoctor(), PatientBuilder.NewId());
        await BookedAsync(AnAppointment(doctor, time: "11:00"));
        await BookedAsync(AnAppointment(patient: patient, time: "12:00"));
        var appointment = await BookedAsync(AnAppointment(doctor, patient));

        Assert.Equal(UpdateAppointmentOutcome.DoctorTaken, await UpdateAsync(appointment.Moved("11:15")));
        Assert.Equal(UpdateAppointmentOutcome.PatientTaken, await UpdateAsync(appointment.Moved("12:15")));
        await AssertStoredAsync(appointment);
        await AssertOwnsAllAsync(appointment);
    }

    [Fact]
    public async Task Never_changes_whose_it_is_nor_who_booked_it_and_when()
    {
        var appointment = await BookedAsync(AnAppointment());
        await UpdatedAsync(appointment.Becomes(AppointmentStatus.Arrived) with
        {
            PatientId = PatientBuilder.NewId(),
            CreatedBy = new(99),
            CreatedAt = Now.AddDays(1),
        });

        await AssertStoredAsync(appointment.Becomes(AppointmentStatus.Arrived));
    }

    [Fact]
    public async Task Refuses_a_stale_version_and_what_is_not_there()
    {
        var appointment = await BookedAsync(AnAppointment());
        var second = await UpdatedAsync(appointment.Moved("11:00"));
        await BookedAsync(AnAppointment(appointment.DoctorId, time: "12:00"));

        Assert.Equal(UpdateAppointmentOutcome.Stale, await UpdateAsync(appointment.Moved("14:00")));
        Assert.Equal(UpdateAppointmentOutcome.Stale, await UpdateAsync(appointment.Moved("12:00")));
        Assert.Equal(UpdateAppointmentOutcome.Stale, await UpdateAsync(second.Moved("14:00") with { Version = 5 }));
        Assert.Equal(UpdateAppointmentOutcome.Stale, await UpdateAsync(appointment.Cancelled()));
        Assert.Equal(UpdateAppointmentOutcome.Missing, await UpdateAsync(AnAppointment().Cancelled()));
        await AssertStoredAsync(second);
        await AssertOwnsAllAsync(second);
    }

    [Fact]
    public async Task Lets_one_win_when_fifty_change_the_same_version()
    {
        var appointment = await BookedAsync(AnAppointment());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => UpdateAsync(i % 3 == 0 ? appointment.Cancelled() : appointment.Moved($"{11 + (i % 8)}:00"))));

        Assert.Single(outcomes, UpdateAppointmentOutcome.Updated);
        Assert.Equal(49, outcomes.Count(outcome => outcome == UpdateAppointmentOutcome.Stale));
        await AssertOwnsAllAsync((await Appointments.FindAsync(appointment.Id, Ct))!);
    }

    [Fact]
    public async Task Of_fifty_who_move_to_one_slot_at_once_one_has_it()
    {
        var doctor = NewDoctor();
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => BookedAsync((ABooking(doctor) with { When = Wall("08:00", Day.AddDays(i)) }).Booked())));

        var outcomes = await Task.WhenAll(all.Select(one => UpdateAsync(Succeeded(one.Reschedule(Wall("16:00"), 30, London, Now)))));

        Assert.Single(outcomes, UpdateAppointmentOutcome.Updated);
        Assert.Equal(49, outcomes.Count(outcome => outcome == UpdateAppointmentOutcome.DoctorTaken));
        foreach (var one in all) await AssertOwnsAllAsync((await Appointments.FindAsync(one.Id, Ct))!);
    }

    [Fact]
    public Task The_doubled_hour_of_London_2026_10_25_books_twice_without_a_clash() => BooksTwiceAsync(London, new(2026, 10, 25), TimeSpan.FromHours(1));

    [Fact]
    public Task The_doubled_hour_of_New_York_2026_11_01_books_twice_without_a_clash() => BooksTwiceAsync(NewYork, new(2026, 11, 1), TimeSpan.FromHours(-4));

    private async Task BooksTwiceAsync(ClinicClock clock, DateOnly date, TimeSpan first)
    {
        var (doctor, patient) = (NewDoctor(), PatientBuilder.NewId());
        var booking = ABooking(doctor, patient) with { When = Wall("01:15", date), DurationMinutes = 60 };
        var earlier = await BookedAsync(booking.Booked(clock));
        Assert.Equal(BookOutcome.DoctorTaken, await BookAsync((booking with { When = booking.When with { UtcOffset = first } }).Booked(clock)));

        var later = await BookedAsync((booking with { When = booking.When with { UtcOffset = first - TimeSpan.FromHours(1) } }).Booked(clock));

        Assert.Equal((earlier.Date, earlier.Time), (later.Date, later.Time));
        Assert.Equal(earlier.EndsAt, later.StartsAt);
        foreach (var one in new[] { earlier, later })
        {
            await AssertStoredAsync(one);
            await AssertOwnsAllAsync(one);
        }
    }
}
