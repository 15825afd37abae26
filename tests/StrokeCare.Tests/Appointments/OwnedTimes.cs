using StrokeCare.Appointments;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Appointments;

/// <summary>What is true of active appointments and of the time that is owned, whatever has happened.</summary>
internal static class OwnedTimes
{
    /// <summary>
    /// No two appointments of one doctor or one patient overlap unless one of them names the other as overridden; each cell
    /// that is covered has exactly one owner, which covers it, and no other cell has any.
    /// </summary>
    public static void AssertKept(IReadOnlyList<Appointment> active, IReadOnlyList<OwnedCell> cells)
    {
        foreach (var one in active)
        {
            var inTheWay = active.Where(other => !other.Overrides.Contains(one.Id)).Select(AppointmentBuilder.AsBusy).InTheWayOf(one);
            Assert.True(inTheWay.Count == 0, $"{one.AsText()} overlaps {string.Join(", ", active.Where(other => inTheWay.Contains(other.AsBusy())).Select(other => other.AsText()))} among {string.Join("\n", active.Select(other => other.AsText()))}");
        }

        AssertOwned(
            active.SelectMany(one => one.Cells.Select(cell => (Whose: $"doctor {one.DoctorId}", cell, one.Id))), cells.Where(c => c.Doctor is not null).Select(c => ($"doctor {c.Doctor}", c.Cell, c.Owner)));
        AssertOwned(
            active.SelectMany(one => one.Cells.Select(cell => (Whose: $"patient {one.PatientId}", cell, one.Id))), cells.Where(c => c.Patient is not null).Select(c => ($"patient {c.Patient}", c.Cell, c.Owner)));
    }

    private static void AssertOwned(IEnumerable<(string Whose, int Cell, AppointmentId Id)> covered, IEnumerable<(string Whose, int Cell, AppointmentId Id)> owned)
    {
        var all = covered.ToHashSet();
        var owners = owned.ToList();
        Assert.DoesNotContain(owners, owner => !all.Contains(owner));
        Assert.Equal(owners.Count, owners.DistinctBy(owner => (owner.Whose, owner.Cell)).Count());
        Assert.Equal(all.Select(one => (one.Whose, one.Cell)).Distinct().Order(), owners.Select(owner => (owner.Whose, owner.Cell)).Order());
    }
}
