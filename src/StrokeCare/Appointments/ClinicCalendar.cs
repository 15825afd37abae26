using StrokeCare.Accounts;

namespace StrokeCare.Appointments;

/// <summary>What the doctors of the clinic offer at this moment, from the stores.</summary>
public sealed class ClinicCalendar(IDoctorHoursStore hours, IAppointmentStore appointments, ClinicClock clock, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public ClinicClock Clock => clock;

    /// <summary>The doctor's slots of these days, the first and the last included: two reads, however many days.</summary>
    public async Task<IReadOnlyList<Slot>> SlotsAsync(UserId doctor, OfferedDays days, int minutes, CancellationToken ct)
    {
        var (from, to) = (clock.BeginOf(days.First, TimeOnly.MinValue), clock.EndOf(days.Last.AddDays(1), TimeOnly.MinValue));
        var busy = await appointments.BusyAsync(new() { DoctorId = doctor, From = from, To = to }, ct);
        var calendar = new DoctorCalendar(await hours.FindAsync(doctor, ct), busy, clock);
        return [.. calendar.Offered(days.First, days.Last, minutes, time.GetUtcNow())];
    }

    /// <summary>Null if the doctor offers this very time; else why not, with what is offered.</summary>
    public async Task<Error?> RefusalOfAsync(Appointment wanted, CancellationToken ct)
    {
        var (of, now) = (await hours.FindAsync(wanted.DoctorId, ct), time.GetUtcNow());
        var busy = await appointments.BusyAsync(new() { DoctorId = wanted.DoctorId, From = wanted.StartsAt, To = wanted.EndsAt }, ct);
        if (new DoctorCalendar(of, Others(busy, wanted), clock).Offers(wanted.StartsAt, wanted.DurationMinutes, now)) return null;
        var works = new DoctorCalendar(of, [], clock).Offers(wanted.StartsAt, wanted.DurationMinutes, now);
        return await InsteadAsync(works ? AppointmentErrors.SlotTaken : AppointmentErrors.NotOffered, wanted, ct);
    }

    /// <summary>The error with the nearest slots that are free for the doctor and for the patient.</summary>
    public async Task<Error> InsteadAsync(Error error, Appointment wanted, CancellationToken ct)
    {
        var filter = new BusyFilter
        {
            DoctorId = wanted.DoctorId,
            PatientId = wanted.PatientId,
            From = wanted.StartsAt - DoctorCalendar.Around - Day,
            To = wanted.StartsAt + DoctorCalendar.Around + Day,
        };
        var busy = await appointments.BusyAsync(filter, ct);
        var calendar = new DoctorCalendar(await hours.FindAsync(wanted.DoctorId, ct), Others(busy, wanted), clock);
        return error with { Alternatives = calendar.NearestFree(wanted.StartsAt, wanted.DurationMinutes, time.GetUtcNow()) };
    }

    /// <summary>The appointment sharing the time of all that stand in its way now.</summary>
    public async Task<Result<Appointment>> OverridingAsync(Appointment wanted, string? reason, CancellationToken ct)
    {
        var overriding = wanted.Overriding([.. Others(await appointments.BusyAsync(BusyFilter.Of(wanted), ct), wanted)], reason);
        return overriding.Error is { Kind: ErrorKind.Conflict } refused ? await InsteadAsync(refused, wanted, ct) : overriding;
    }

    private static IEnumerable<BusyTime> Others(IEnumerable<BusyTime> busy, Appointment wanted) => busy.Where(one => one.Id != wanted.Id);
}
