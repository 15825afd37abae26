using CsCheck;
using StrokeCare.Appointments;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

public sealed class AppointmentTests
{
    public static TheoryData<AppointmentStatus, AppointmentStatus> Transitions
    {
        get
        {
            var all = Enum.GetValues<AppointmentStatus>();
            return [.. all.SelectMany(from => all.Select(to => (from, to)))];
        }
    }

    [Fact]
    public void A_new_appointment_is_version_1_scheduled_scrubbed_and_in_utc()
    {
        var appointment = (ABooking() with { Reason = " Check\0 ", Notes = "  " }).Booked(NewYork);
        Assert.Equal((1, AppointmentStatus.Scheduled, "Check", null), (appointment.Version, appointment.Status, appointment.Reason, appointment.Notes));
        Assert.Equal(new DateTimeOffset(2026, 2, 10, 15, 0, 0, TimeSpan.Zero), appointment.StartsAt);
        Assert.Equal((Day, new TimeOnly(10, 0), "America/New_York"), (appointment.Date, appointment.Time, appointment.TimeZone));
        Assert.Equal((Now, Now, 30), (appointment.CreatedAt, appointment.UpdatedAt, appointment.DurationMinutes));
        Assert.Equal(appointment.StartsAt.AddMinutes(30), appointment.EndsAt);
    }

    [Fact]
    public void All_faults_of_a_booking_are_named_at_once()
    {
        var bad = ABooking() with
        {
            Reason = " ",
            Notes = new('x', AppointmentRules.NotesMaxLength + 1),
            DurationMinutes = 7,
            When = new(new(2025, 12, 31), new(10, 2)),
        };
        Assert.Equal(["appointment_time", "duration_minutes", "notes", "reason"], FaultsOf(bad));
        Assert.Equal(["reason"], FaultsOf(ABooking() with { Reason = new('x', AppointmentRules.ReasonMaxLength + 1) }));
        Assert.Equal(["appointment_date"], FaultsOf(ABooking() with { When = new(new(2126, 1, 1), new(10, 0)) }));
        Assert.Equal(["appointment_date"], FaultsOf(ABooking() with { When = new(DateOnly.MinValue, new(10, 0)) }));
        Assert.Equal(["appointment_date"], FaultsOf(ABooking() with { When = new(DateOnly.MaxValue, new(10, 0)) }));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(12, false)]
    [InlineData(480, true)]
    [InlineData(485, false)]
    [InlineData(-5, false)]
    public void A_duration_is_5_to_480_minutes_in_fives(int minutes, bool accepted) =>
        Assert.Equal(accepted ? [] : ["duration_minutes"], FaultsOf(ABooking() with { DurationMinutes = minutes }));

    [Fact]
    public void A_time_on_no_multiple_of_five_minutes_is_refused()
    {
        foreach (var time in new TimeOnly[] { new(10, 1), new(10, 5, 1), new(10, 5, 0, 1), new TimeOnly(10, 5).Add(TimeSpan.FromTicks(1)) })
            Assert.Equal(["appointment_time"], FaultsOf(ABooking() with { When = new(Day, time) }));
    }

    [Fact]
    public void What_begins_now_or_earlier_is_refused_and_so_is_a_move_to_it()
    {
        var now = new DateTimeOffset(2026, 2, 10, 10, 0, 0, TimeSpan.Zero);
        Assert.Equal(["appointment_time"], Appointment.Book(NewAppointmentId(), ABooking(), London, now).Error!.Fields.Keys);
        Assert.True(Appointment.Book(NewAppointmentId(), ABooking(), London, now.AddMilliseconds(-1)).Succeeded);
        Assert.Equal(["appointment_time"], AnAppointment().Reschedule(Wall("10:00"), 30, London, now).Error!.Fields.Keys);
    }

    [Fact]
    public void The_cells_are_the_five_minutes_it_covers_while_it_is_active() =>
        Gen.Select(Gen.Int[0, 287], Gen.Int[1, 96], Gen.Enum<AppointmentStatus>()).Sample((start, length, status) =>
        {
            var booked = (ABooking() with { When = new(Day, new TimeOnly(0, 0).AddMinutes(start * 5)), DurationMinutes = length * 5 }).Booked() with { Status = status };
            if (!booked.IsActive) return booked.Cells.Count == 0;
            var covered = booked.Cells.Select(cell => DateTimeOffset.FromUnixTimeSeconds(cell * 300L)).ToList();
            return covered.Count == length && covered[0] == booked.StartsAt && covered[^1].AddMinutes(5) == booked.EndsAt;
        });

    [Theory, MemberData(nameof(Transitions))]
    public void Each_status_goes_where_it_may_and_nowhere_else(AppointmentStatus from, AppointmentStatus to)
    {
        var appointment = AnAppointment() with { Status = from };
        var next = appointment.ChangeStatus(to, "Because", Now.AddHours(1));
        var allowed = (from, to) switch
        {
            (AppointmentStatus.Scheduled, not AppointmentStatus.Scheduled) => true,
            (AppointmentStatus.Arrived, AppointmentStatus.Completed or AppointmentStatus.Cancelled) => true,
            _ => false,
        };
        if (allowed)
        {
            Assert.Equal((to, 2L, Now.AddHours(1)), (next.Value!.Status, next.Value.Version, next.Value.UpdatedAt));
            Assert.Equal(to == AppointmentStatus.Cancelled ? "Because" : null, next.Value.CancelReason);
            return;
        }

        var isFinal = from is AppointmentStatus.Completed or AppointmentStatus.Cancelled or AppointmentStatus.NoShow;
        Assert.Equal((ErrorKind.Conflict, isFinal ? "appointment.final" : "appointment.status_not_allowed"), (next.Error!.Kind, next.Error.Code));
    }

    [Theory]
    [InlineData(AppointmentStatus.Scheduled, null)]
    [InlineData(AppointmentStatus.Arrived, "appointment.arrived")]
    [InlineData(AppointmentStatus.Completed, "appointment.final")]
    [InlineData(AppointmentStatus.Cancelled, "appointment.final")]
    [InlineData(AppointmentStatus.NoShow, "appointment.final")]
    public void Only_what_is_scheduled_moves(AppointmentStatus status, string? refusal)
    {
        var moved = (AnAppointment() with { Status = status }).Reschedule(Wall("11:30"), 45, London, Now);
        Assert.Equal(refusal, moved.Error?.Code);
        if (refusal is null) Assert.Equal((2, new TimeOnly(11, 30), 45), (moved.Value!.Version, moved.Value.Time, moved.Value.DurationMinutes));
    }

    [Fact]
    public void A_cancellation_has_a_reason_and_comes_once()
    {
        var appointment = AnAppointment();
        Assert.Equal(["reason"], appointment.Cancel(" ", Now).Error!.Fields.Keys);
        Assert.Equal(["reason"], appointment.Cancel(new('x', AppointmentRules.ReasonMaxLength + 1), Now).Error!.Fields.Keys);
        Assert.Equal(["reason"], appointment.ChangeStatus(AppointmentStatus.Cancelled, null, Now).Error!.Fields.Keys);
        Assert.Equal("appointment.final", appointment.Cancelled().Cancel("Again", Now).Error!.Code);
    }

    [Fact]
    public void An_override_names_all_that_stand_in_its_way_and_why()
    {
        var (one, other) = (AnAppointment(), AnAppointment());
        var over = AnAppointment().Overriding([one.AsBusy(), other.AsBusy()], " He cannot wait ").Value!;
        Assert.Equal([one.Id, other.Id], over.Overrides);
        Assert.Equal("He cannot wait", over.OverrideReason);
        Assert.Equal(["override_reason"], AnAppointment().Overriding([one.AsBusy()], null).Error!.Fields.Keys);
        Assert.Equal("appointment.too_many_overridden", AnAppointment().Overriding([.. Enumerable.Range(0, 101).Select(_ => AnAppointment().AsBusy())], "Why").Error!.Code);
        var free = AnAppointment();
        Assert.Same(free, free.Overriding([], null).Value);
    }

    [Fact]
    public void A_patients_own_appointment_gives_way_to_an_emergency_only()
    {
        var patient = PatientBuilder.NewId();
        var own = AnAppointment(patient: patient).AsBusy();
        foreach (var urgency in Enum.GetValues<Urgency>())
        {
            var overriding = (AnAppointment(patient: patient) with { Urgency = urgency }).Overriding([own], "Why");
            Assert.Equal(urgency == Urgency.Emergency ? null : "appointment.only_in_an_emergency", overriding.Error?.Code);
        }
    }

    [Fact]
    public void A_move_forgets_what_was_overridden_before()
    {
        var moved = AnAppointment().Over(AnAppointment()).Moved("12:00");
        Assert.Equal((0, null), (moved.Overrides.Count, moved.OverrideReason));
    }

    [Fact]
    public void What_stands_in_the_way_shares_time_and_doctor_or_patient_and_is_not_overridden() =>
        Gen.Select(Gen.Int[0, 12], Gen.Int[1, 6], Gen.Bool, Gen.Bool, Gen.Bool).Sample((start, length, sameDoctor, samePatient, overridden) =>
        {
            var wanted = AnAppointment(time: "10:30");
            var when = new WallTime(Day, new TimeOnly(10, 0).AddMinutes(start * 5));
            var other = (ABooking(sameDoctor ? wanted.DoctorId : null, samePatient ? wanted.PatientId : null) with { When = when, DurationMinutes = length * 5 }).Booked();
            if (overridden) wanted = wanted with { Overrides = [other.Id] };
            var shares = wanted.Cells.Intersect(other.Cells).Any() && !overridden;
            var expected = shares && sameDoctor ? Obstacle.Doctor : shares && samePatient ? Obstacle.Patient : Obstacle.None;
            return new[] { other.AsBusy(), wanted.AsBusy() }.ObstacleTo(wanted) == expected;
        });

    [Theory]
    [InlineData("NO_SHOW", AppointmentStatus.NoShow)]
    [InlineData(" Scheduled ", AppointmentStatus.Scheduled)]
    public void A_status_is_read_whatever_its_case(string text, AppointmentStatus status)
    {
        Assert.True(Spelling.TryParse<AppointmentStatus>(text, out var read));
        Assert.Equal(status, read);
        Assert.Equal(["routine", "urgent", "emergency"], Spelling.All<Urgency>());
        Assert.Equal(["scheduled", "arrived", "completed", "cancelled", "no_show"], Spelling.All<AppointmentStatus>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("x 0123456789abcdef01234567")]
    [InlineData("1 0123456789abcdef01234567 1")]
    [InlineData("9223372036854775807 0123456789abcdef01234567")]
    public void A_key_that_was_made_up_is_not_read(string text) => Assert.False(AppointmentKey.TryParse(text, out _));

    [Fact]
    public void A_key_is_read_as_it_was_written()
    {
        var key = AppointmentKey.Of(AnAppointment());
        Assert.True(AppointmentKey.TryParse(key.ToString(), out var read));
        Assert.Equal(key, read);
    }

    private static IEnumerable<string> FaultsOf(Booking booking) =>
        Appointment.Book(NewAppointmentId(), booking, London, Now).Error?.Fields.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>();
}
