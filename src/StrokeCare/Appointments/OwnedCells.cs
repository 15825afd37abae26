using StrokeCare.Changes;
using StrokeCare.Consistency;

namespace StrokeCare.Appointments;

/// <summary>Which cells an appointment owns in storage, of its doctor's time and of its patient's.</summary>
public readonly record struct OwnedCells(IReadOnlyCollection<int> OfDoctor, IReadOnlyCollection<int> OfPatient)
{
    /// <summary>Whether it owns time of a doctor or of a patient whose it is not; only where cells are kept apart from appointments.</summary>
    public bool OfAnother { get; init; }

    /// <summary>
    /// Null when it owns what it should: while it is active all that it covers, or, sharing time with others, no more than
    /// that; else nothing.
    /// </summary>
    public ConsistencyFinding? Fault(Appointment appointment)
    {
        if (OfAnother) return Finding(appointment, "cells.left_behind", "owns time of somebody whose it is not.");
        var covered = appointment.Cells.ToHashSet();
        if (!covered.IsSupersetOf(OfDoctor) || !covered.IsSupersetOf(OfPatient)) return Finding(appointment, "cells.left_behind", "owns time that it does not cover.");
        var ownsAll = OfDoctor.Count == covered.Count && OfPatient.Count == covered.Count;
        return ownsAll || appointment.Overrides.Count > 0 ? null : Finding(appointment, "cells.missing", "does not own all the time that it covers; another could be booked into it, or was.");
    }

    private static ConsistencyFinding Finding(Appointment appointment, string code, string what) =>
        ConsistencyFinding.Of(EntityType.Appointment, appointment.Id.ToString(), code, $"appointment {appointment.Id} {what}") with { Repairable = true };
}
