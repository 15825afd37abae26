using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Appointments;

/// <summary>Days of a doctor read at once: the same as day by day, and no more than the reader may know.</summary>
public sealed class CalendarTests(Portals portals)
{
    private const int Half = AppointmentRules.UsualMinutes;

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task Slots_of_several_days_are_those_of_each_day(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        await Practice.BookedAsync(practice.Owner, practice.At("09:30"));
        var slots = portal.Get<GetSlotsHandler>();
        var atOnce = await slots.HandleAsync(practice.DoctorId, OfferedDays.From(practice.Day.AddDays(-1), 3), Half, default);
        var oneByOne = new List<Slot>();
        for (var day = -1; day <= 1; day++) oneByOne.AddRange((await slots.HandleAsync(practice.DoctorId, practice.Day.AddDays(day), Half, default)).Value!.Slots);
        Assert.Equal(oneByOne, atOnce.Value!.Slots);
        Assert.Equal(17, oneByOne.Count);
        Assert.DoesNotContain(oneByOne, slot => slot.Wall == new WallTime(practice.Day, new(9, 30)));
    }

    [Fact]
    public async Task More_days_than_one_read_has_and_days_that_cannot_be_booked_are_refused()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var practice = await Practice.OpenAsync(portal);
        var slots = portal.Get<GetSlotsHandler>();
        Assert.True((await slots.HandleAsync(practice.DoctorId, OfferedDays.From(practice.Day, GetSlotsHandler.MostDays), Half, default)).Succeeded);
        Assert.Contains("to", (await slots.HandleAsync(practice.DoctorId, OfferedDays.From(practice.Day, GetSlotsHandler.MostDays + 1), Half, default)).Error!.Fields.Keys);
        Assert.Contains("to", (await slots.HandleAsync(practice.DoctorId, new OfferedDays(practice.Day, practice.Day.AddDays(-1)), Half, default)).Error!.Fields.Keys);
        Assert.Contains("date", (await slots.HandleAsync(practice.DoctorId, OfferedDays.From(DateOnly.MaxValue, 21), Half, default)).Error!.Fields.Keys);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_calendar_has_bookings_free_times_and_names_of_ones_own_patients_only(Pair pair)
    {
        var portal = await portals.OnAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        using var other = await Practice.OpenAsync(portal);
        await Practice.BookedAsync(practice.Owner, practice.At("09:30"));
        await Practice.BookedAsync(practice.Admin, practice.At("10:00", other.Patient));
        var doctor = new Actor(practice.DoctorId, "doctor", Role.Doctor, Origin.Local);
        var asked = new CalendarAsked { DoctorId = practice.DoctorId, From = practice.Day, To = practice.Day.AddDays(6), WithPatients = true };

        var own = (await portal.Get<GetCalendarHandler>().HandleAsync(asked, doctor, default)).Value!;
        Assert.Equal(7, own.Days.Count);
        Assert.Equal([practice.Patient, null], own.Days[0].Appointments.Select(item => item.Patient?.Id.ToString()));
        Assert.Equal([new(9, 0), new(10, 30), new(11, 0), new(11, 30)], own.Days[0].Free.Select(slot => slot.Wall.Time));
        Assert.Equal(new(12, 0), Assert.Single(own.Days[0].Hours).To);
        Assert.All(own.Days.Skip(1), day => Assert.Equal(6, day.Free.Count));

        var numbers = (await portal.Get<GetCalendarHandler>().HandleAsync(asked with { WithPatients = false }, doctor, default)).Value!;
        Assert.All(numbers.Days[0].Appointments, item => Assert.Null(item.Patient));
        var byAdmin = (await portal.Get<GetCalendarHandler>().HandleAsync(asked, new Actor(portal.IdOf(Person.Ada), "ada", Role.Admin, Origin.Local), default)).Value!;
        Assert.Equal([practice.Patient, other.Patient], byAdmin.Days[0].Appointments.Select(item => item.Patient!.Id.ToString()));

        var rows = await portal.Get<ISecurityLog>().FindAsync(new() { UserId = practice.DoctorId.Value, EventType = AuditAction.PatientsListed.Wire() }, default);
        Assert.DoesNotContain(rows, row => row.AdditionalData!.Contains(other.Patient, StringComparison.Ordinal));
        Assert.Single(rows, row => row.AdditionalData!.Contains(practice.Patient, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_calendar_has_at_most_six_weeks_within_ten_years()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        using var practice = await Practice.OpenAsync(portal);
        var doctor = new Actor(practice.DoctorId, "doctor", Role.Doctor, Origin.Local);
        var day = new CalendarAsked { DoctorId = practice.DoctorId, From = practice.Day, To = practice.Day };
        var calendar = portal.Get<GetCalendarHandler>();
        Assert.True((await calendar.HandleAsync(day with { To = practice.Day.AddDays(GetCalendarHandler.MostDays - 1) }, doctor, default)).Succeeded);
        foreach (var wrong in new[] { day with { To = practice.Day.AddDays(GetCalendarHandler.MostDays) }, day with { To = practice.Day.AddDays(-1) }, day with { From = practice.Day.AddYears(-11), To = practice.Day.AddYears(-11) } })
            Assert.Contains("day", (await calendar.HandleAsync(wrong, doctor, default)).Error!.Fields.Keys);
    }
}
