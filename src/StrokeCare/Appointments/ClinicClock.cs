using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StrokeCare.Appointments;

/// <summary>A time as a wall clock shows it.</summary>
public readonly record struct WallTime(DateOnly Date, TimeOnly Time)
{
    /// <summary>Which of the two, where the clock shows this time twice in a night; the earlier one when left out.</summary>
    public TimeSpan? UtcOffset { get; init; }

    /// <summary>Reads an offset as it is sent: <c>+01:00</c>.</summary>
    public static bool TryParseOffset(string? text, out TimeSpan offset)
    {
        offset = default;
        if (text is not ['+' or '-', ..] || !TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var size)) return false;
        offset = text[0] == '-' ? -size : size;
        return true;
    }

    public static string Spell(TimeSpan offset) => (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
}

/// <summary>The wall clock of a clinic: what its zone's local times are in UTC, and back.</summary>
public sealed class ClinicClock
{
    private static readonly DateOnly First = new(1970, 1, 2);
    private static readonly DateOnly Last = new(9998, 12, 31);

    private readonly TimeZoneInfo zone;

    private ClinicClock(TimeZoneInfo zone) => this.zone = zone;

    /// <summary>The zone's IANA name.</summary>
    public string TimeZone => zone.Id;

    /// <summary>False for what is no IANA name of a zone.</summary>
    public static bool TryOpen(string? name, [NotNullWhen(true)] out ClinicClock? clock)
    {
        clock = name is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? new(zone) : null;
        return clock is not null;
    }

    /// <summary>The moment in UTC. A time that the clock skips is refused, and so is an offset that the zone does not have then.</summary>
    public Result<DateTimeOffset> MomentOf(WallTime wall)
    {
        if (wall.Date < First || wall.Date > Last) return Error.Invalid("appointment_date", "is out of range.");
        var local = wall.Date.ToDateTime(wall.Time);
        if (zone.IsInvalidTime(local)) return NoSuchTime;
        var offsets = OffsetsAt(local);
        if (wall.UtcOffset is { } given && !offsets.Contains(given))
            return Error.Invalid("utc_offset", $"is {string.Join(" or ", offsets.Select(WallTime.Spell))} at that time.");
        return Utc(local, wall.UtcOffset ?? offsets[0]);
    }

    /// <summary>What the clock shows at that moment; with the offset where it shows that twice.</summary>
    public WallTime At(DateTimeOffset moment)
    {
        var there = TimeZoneInfo.ConvertTime(moment, zone);
        return new(DateOnly.FromDateTime(there.DateTime), TimeOnly.FromDateTime(there.DateTime))
        {
            UtcOffset = zone.IsAmbiguousTime(there.DateTime) ? there.Offset : null,
        };
    }

    /// <summary>When a stretch of time on the clock begins: what is skipped begins where the clock goes on.</summary>
    internal DateTimeOffset BeginOf(DateOnly date, TimeOnly time)
    {
        var local = NextShown(date.ToDateTime(time));
        return Utc(local, OffsetsAt(local)[0]);
    }

    /// <summary>When it ends: behind the second of two.</summary>
    internal DateTimeOffset EndOf(DateOnly date, TimeOnly time)
    {
        var local = NextShown(date.ToDateTime(time));
        return Utc(local, OffsetsAt(local)[^1]);
    }

    private static Error NoSuchTime { get; } = new(ErrorKind.Invalid, "appointment.no_such_time", "The clock skips this time on that day.")
    {
        Fields = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["appointment_time"] = ["does not exist on that day: the clock is put forward."] },
    };

    private static DateTimeOffset Utc(DateTime local, TimeSpan offset) => new DateTimeOffset(local, offset).ToUniversalTime();

    private DateTime NextShown(DateTime local)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(AppointmentRules.Step);
        return local;
    }

    // The earlier moment first: the clock is farther ahead of UTC before it is put back.
    private TimeSpan[] OffsetsAt(DateTime local) =>
        zone.IsAmbiguousTime(local) ? [.. zone.GetAmbiguousTimeOffsets(local).OrderDescending()] : [zone.GetUtcOffset(local)];
}
