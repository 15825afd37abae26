using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;

namespace StrokeCare.Demo;

/// <summary>An appointment somebody might have made, and what came of it.</summary>
internal sealed record SyntheticAppointment
{
    public required PatientId Patient { get; init; }

    public required Slot Slot { get; init; }

    public required string Reason { get; init; }

    public required Urgency Urgency { get; init; }

    public required DateTimeOffset BookedAt { get; init; }

    public required AppointmentStatus Status { get; init; }

    /// <summary>When it came to that status, unless it is still scheduled.</summary>
    public required DateTimeOffset EndedAt { get; init; }
}

/// <summary>Draws the weeks around today: full behind us, thinner the farther ahead, and nobody twice on a day.</summary>
internal static class SyntheticCalendar
{
    /// <summary>So many days back and so many ahead.</summary>
    public const int Days = 14;

    private const int Minutes = 30;

    private static readonly string[] Reasons =
    [
        "Follow-up after stroke", "Blood pressure review", "Results of carotid duplex", "Medication review", "First visit, suspected TIA", "Rehabilitation review",
        "Anticoagulation review", "Six-month review", "Results of 24 h ECG", "Driving advice", "Spasticity clinic", "Secondary prevention",
    ];

    /// <summary>Mornings and afternoons, of every third doctor also at the weekend; some have an afternoon free, one is away in the week to come.</summary>
    public static WorkingHours Hours(UserId doctor, int number, DateTimeOffset now, ClinicClock clinic)
    {
        var weekends = number % 3 == 0;
        var week = Enum.GetValues<DayOfWeek>().Where(day => weekends || day is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).ToList();
        var afternoonFree = week[number % week.Count];
        var spans = week.SelectMany(day => day == afternoonFree && !weekends
            ? new[] { new WorkingSpan(day, new(9, 0), new(12, 30)) }
            : [new WorkingSpan(day, new(9, 0), new(12, 30)), new WorkingSpan(day, new(13, 30), new(17, 0))]);
        var today = clinic.At(now).Date;
        DayOff[] away = number == 4 ? [new(today.AddDays(6), "Conference"), new(today.AddDays(7), "Conference")] : [];
        // One version for both: the store takes the first of a doctor who never said.
        return new WorkingHours { DoctorId = doctor }.WithSpans(spans, now).Value! with { DaysOff = away };
    }

    public static IEnumerable<SyntheticAppointment> Draw(int seed, WorkingHours hours, IReadOnlyList<Patient> patients, ClinicClock clinic, DateTimeOffset now)
    {
        if (patients.Count == 0) yield break;
        var (dice, today) = (new Dice(seed), clinic.At(now).Date);
        var calendar = new DoctorCalendar(hours, [], clinic);
        for (var day = -Days; day <= Days; day++)
        {
            var date = today.AddDays(day);
            var seen = new HashSet<PatientId>();
            foreach (var slot in calendar.Offered(date, date, Minutes, DateTimeOffset.MinValue))
            {
                var patient = dice.Of(patients);
                if (!dice.Chance(day <= 0 ? 0.72 : 0.66 - (0.03 * day)) || patient.CreatedAt >= slot.StartsAt || !seen.Add(patient.Id)) continue;
                yield return One(dice, patient, slot, clinic, now);
            }
        }
    }

    private static SyntheticAppointment One(Dice dice, Patient patient, Slot slot, ClinicClock clinic, DateTimeOffset now)
    {
        var status = StatusOf(dice, slot, now);
        var booked = AtTheDesk(dice, slot.StartsAt.AddDays(-dice.Whole(2, 25)), clinic);
        if (booked >= now) booked = AtTheDesk(dice, now.AddDays(-dice.Whole(1, 3)), clinic);
        if (booked < patient.CreatedAt) booked = patient.CreatedAt;
        var ended = status switch
        {
            AppointmentStatus.Cancelled => Earlier(AtTheDesk(dice, booked + ((Earlier(slot.StartsAt, now) - booked) / 2), clinic), slot.StartsAt),
            AppointmentStatus.Arrived => slot.StartsAt.AddMinutes(-dice.Whole(0, 4)),
            _ => Earlier(slot.StartsAt.AddMinutes(slot.DurationMinutes), now),
        };
        return new()
        {
            Patient = patient.Id,
            Slot = slot,
            Reason = dice.Of(Reasons),
            Urgency = dice.Chance(0.12) ? Urgency.Urgent : Urgency.Routine,
            BookedAt = booked,
            Status = status,
            EndedAt = Between(booked, ended, now),
        };
    }

    private static AppointmentStatus StatusOf(Dice dice, Slot slot, DateTimeOffset now)
    {
        var end = slot.StartsAt.AddMinutes(slot.DurationMinutes);
        if (dice.Chance(slot.StartsAt > now ? 0.05 : 0.09)) return AppointmentStatus.Cancelled;
        if (slot.StartsAt > now.AddMinutes(10)) return AppointmentStatus.Scheduled;
        // Who is there now, or sits in the waiting room already.
        if (end > now) return dice.Chance(0.7) ? AppointmentStatus.Arrived : AppointmentStatus.Scheduled;
        // And who was there lately and was never said to have gone.
        if (now - end < TimeSpan.FromHours(24) && dice.Chance(0.06)) return AppointmentStatus.Arrived;
        return dice.Chance(0.08) ? AppointmentStatus.NoShow : AppointmentStatus.Completed;
    }

    /// <summary>A moment of that day, from eight to five.</summary>
    private static DateTimeOffset AtTheDesk(Dice dice, DateTimeOffset day, ClinicClock clinic) => clinic.BeginOf(clinic.At(day).Date, new(8, 0)).AddMinutes(dice.Whole(0, 540));

    private static DateTimeOffset Between(DateTimeOffset least, DateTimeOffset one, DateTimeOffset most) => Earlier(one < least ? least : one, most);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
