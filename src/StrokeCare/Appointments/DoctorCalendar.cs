namespace StrokeCare.Appointments;

/// <summary>A free time as it is offered.</summary>
public readonly record struct Slot(DateTimeOffset StartsAt, WallTime Wall, int DurationMinutes);

/// <summary>
/// What a doctor offers: the hours they work without the days off and without what is taken. Slots follow one another
/// from the beginning of a span, as far apart as they are long, and count real time where the clock is changed: of a
/// span with an hour that is skipped, an hour less is offered, and of one with an hour that comes twice, an hour more.
/// </summary>
public sealed class DoctorCalendar(WorkingHours hours, IEnumerable<BusyTime> busy, ClinicClock clock)
{
    /// <summary>How far around a wanted time alternatives are looked for.</summary>
    public static readonly TimeSpan Around = TimeSpan.FromDays(14);

    public const int Alternatives = 3;

    private readonly List<TakenTime> taken = Merged(busy);

    /// <summary>The slots of these days, the first and the last included, in their order; none that has begun.</summary>
    public IEnumerable<Slot> Offered(DateOnly from, DateOnly to, int minutes, DateTimeOffset now)
    {
        for (var date = from; date <= to; date = date.AddDays(1))
        {
            // Of two spans that meet in an hour that comes twice, the first has it both times.
            var free = DateTimeOffset.MinValue;
            foreach (var span in hours.On(date))
            {
                var (begin, end) = (clock.BeginOf(date, span.From), clock.EndOf(date, span.To));
                foreach (var slot in Within(begin > free ? begin : free, end, minutes))
                {
                    if (slot.StartsAt > now) yield return slot;
                }

                free = end;
            }
        }
    }

    /// <summary>Whether exactly this is offered.</summary>
    public bool Offers(DateTimeOffset startsAt, int minutes, DateTimeOffset now)
    {
        var date = clock.At(startsAt).Date;
        return Offered(date, date, minutes, now).Any(slot => slot.StartsAt == startsAt);
    }

    /// <summary>The slots nearest to a wanted time, the nearest first, and the later of two that are equally near.</summary>
    public IReadOnlyList<Slot> NearestFree(DateTimeOffset wanted, int minutes, DateTimeOffset now)
    {
        var (from, to) = (clock.At(wanted - Around).Date, clock.At(wanted + Around).Date);
        return [.. Offered(from, to, minutes, now)
            .Where(slot => Distance(slot) <= Around)
            .OrderBy(Distance).ThenByDescending(slot => slot.StartsAt).Take(Alternatives)];

        TimeSpan Distance(Slot slot) => (slot.StartsAt - wanted).Duration();
    }

    private IEnumerable<Slot> Within(DateTimeOffset begin, DateTimeOffset end, int minutes)
    {
        var i = 0;
        for (var start = begin; start.AddMinutes(minutes) <= end; start = start.AddMinutes(minutes))
        {
            while (i < taken.Count && taken[i].EndsAt <= start) i++;
            if (i == taken.Count || taken[i].StartsAt >= start.AddMinutes(minutes)) yield return new(start, clock.At(start), minutes);
        }
    }

    // In order and apart, so that one walk along them is enough.
    private static List<TakenTime> Merged(IEnumerable<BusyTime> busy)
    {
        var merged = new List<TakenTime>();
        foreach (var one in busy.OrderBy(one => one.StartsAt))
        {
            if (merged is [.., var last] && one.StartsAt <= last.EndsAt) merged[^1] = last with { EndsAt = one.EndsAt > last.EndsAt ? one.EndsAt : last.EndsAt };
            else merged.Add(new(one.StartsAt, one.EndsAt));
        }

        return merged;
    }

    private readonly record struct TakenTime(DateTimeOffset StartsAt, DateTimeOffset EndsAt);
}
