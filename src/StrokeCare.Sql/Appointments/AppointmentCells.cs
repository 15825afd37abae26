using System.Data.Common;
using StrokeCare.Appointments;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Appointments;

/// <summary>
/// Who owns which time, inside the transaction of a write. What is taken is looked up first, so that a refusal costs two
/// queries and rolls nothing back; those who look at the same moment are told apart by the unique indexes, and the one
/// that came too late runs again and sees.
/// </summary>
internal sealed class AppointmentCells(Dialect dialect)
{
    private static readonly Statement Owned = new(
        """
        SELECT appointment_id, TRUE, cell FROM appointment_cells WHERE doctor_id = $1 AND cell BETWEEN $3 AND $4
        UNION ALL SELECT appointment_id, FALSE, cell FROM appointment_cells WHERE patient_id = $2 AND cell BETWEEN $3 AND $4
        """,
        SqlType.Int, SqlType.Text, SqlType.Int, SqlType.Int);

    private static readonly Statement Own = new(
        "INSERT INTO appointment_cells (appointment_id, doctor_id, patient_id, cell) VALUES ($1, $2, $3, $4)", SqlType.Text, SqlType.Int, SqlType.Text, SqlType.Int);

    private static readonly Statement OwnedBy = new("SELECT doctor_id, patient_id, cell FROM appointment_cells WHERE appointment_id = $1", SqlType.Text);

    private static readonly Statement Release = new("DELETE FROM appointment_cells WHERE appointment_id = $1", SqlType.Text);

    private static readonly Statement AddOverride = new("INSERT INTO appointment_overrides (overridden_id, appointment_id) VALUES ($1, $2)", SqlType.Text, SqlType.Text);

    private static readonly Statement ForgetOverrides = new("DELETE FROM appointment_overrides WHERE appointment_id = $1", SqlType.Text);

    // By status as well: what was cancelled at one time again and again costs nothing.
    private readonly Statement covering = new(
        $"""
        SELECT id, doctor_id, patient_id, starts_at, duration_minutes FROM {dialect.By("appointments", "idx_appointments_doctor_status")}
        WHERE doctor_id = $1 AND status IN ('scheduled', 'arrived') AND starts_at > $3 AND starts_at < $4 AND starts_at + duration_minutes * 60000 > $5
        UNION
        SELECT id, doctor_id, patient_id, starts_at, duration_minutes FROM {dialect.By("appointments", "idx_appointments_patient_status")}
        WHERE patient_id = $2 AND status IN ('scheduled', 'arrived') AND starts_at > $3 AND starts_at < $4 AND starts_at + duration_minutes * 60000 > $5
        ORDER BY starts_at, id
        """,
        SqlType.Int, SqlType.Text, SqlType.Long, SqlType.Long, SqlType.Long);

    // In the order of their ids: of two writes that want the same rows the second waits for the first, and never each for the other.
    private readonly Statement locked = new($"SELECT id FROM appointments WHERE {dialect.AnyOf("id", "$1")} ORDER BY id {dialect.ForUpdate}", SqlType.Texts);

    private readonly Statement active = new(
        $"SELECT {AppointmentColumns.Names} FROM appointments WHERE {dialect.AnyOf("id", "$1")} AND status IN ('scheduled', 'arrived') ORDER BY starts_at, id", SqlType.Texts);

    public (Statement Statement, object?[] Values) BusyOf(BusyFilter filter) => (covering,
    [
        filter.DoctorId?.Value, filter.PatientId?.ToString(), (filter.From - AppointmentRules.Longest).ToUnixTimeMilliseconds(),
        filter.To.ToUnixTimeMilliseconds(), filter.From.ToUnixTimeMilliseconds(),
    ]);

    public static BusyTime ReadBusy(DbDataReader row)
    {
        var startsAt = row.Milliseconds(3);
        return new(AppointmentColumns.Id(row, 0), new(row.GetInt32(1)), new(StrokeCare.Changes.ClinicalId.Parse(row.GetString(2))), startsAt, startsAt.AddMinutes(row.GetInt32(4)));
    }

    /// <summary>What keeps an appointment from the time it wants.</summary>
    public Obstacle Look(DbSession session, Appointment wanted) => Overlapping(session, wanted).ObstacleTo(wanted);

    /// <summary>
    /// Nobody changes those that an appointment overrides, or that share the time it lets go of, until the transaction
    /// ends: what they own is then known.
    /// </summary>
    public void Lock(DbSession session, Appointment next, Appointment? stored)
    {
        HashSet<AppointmentId> others = [.. next.Overrides];
        if (stored is { IsActive: true }) others.UnionWith(Overlapping(session, stored).Select(one => one.Id));
        others.Remove(next.Id);
        if (others.Count > 0) Lock(session, stored is null ? others : others.Append(next.Id));
    }

    /// <summary>
    /// Takes the time it wants, but what those own that it overrides. What anybody else owns was taken after the look:
    /// that is asked for as well, so that the index refuses.
    /// </summary>
    public static void Claim(DbSession session, Appointment wanted) => Claim(
        session, wanted, wanted.Overrides.Count == 0 ? [] : [.. OwnedAround(session, wanted).Where(cell => wanted.Overrides.Contains(cell.Owner))]);

    private static void Claim(DbSession session, Appointment appointment, IReadOnlyCollection<Cell> butNot)
    {
        var ofDoctor = butNot.Where(cell => cell.OfDoctor).Select(cell => cell.Number).ToHashSet();
        var ofPatient = butNot.Where(cell => !cell.OfDoctor).Select(cell => cell.Number).ToHashSet();
        List<object?[]> rows = [];
        foreach (var cell in appointment.Cells)
        {
            var (takesDoctor, takesPatient) = (!ofDoctor.Contains(cell), !ofPatient.Contains(cell));
            if (takesDoctor || takesPatient)
                rows.Add([appointment.Id.ToString(), takesDoctor ? appointment.DoctorId.Value : null, takesPatient ? appointment.PatientId.ToString() : null, cell]);
        }

        if (rows.Count > 0) session.ExecuteMany(Own, rows);
    }

    /// <summary>Lets go of the time it had and takes what it has now; what is left goes to those that share it.</summary>
    public void Move(DbSession session, Appointment stored, Appointment next)
    {
        session.Execute(Release, stored.Id.ToString());
        Claim(session, next);
        List<AppointmentId> sharing = [.. Overlapping(session, stored).Select(one => one.Id).Where(id => id != stored.Id)];
        if (sharing.Count == 0) return;
        // One of them may have come or gone since the first look: what counts is what they are under the lock.
        Lock(session, sharing);
        foreach (var one in session.Query(active, AppointmentColumns.Read, [Ids(sharing)])) Claim(session, one, OwnedAround(session, one));
    }

    /// <summary>
    /// Lets go of all that is owned under this id, and takes of the time of its appointment, if that is active, what nobody
    /// else owns. Answers whether it owns something else now.
    /// </summary>
    public bool Mend(DbSession session, string id)
    {
        string[] ids = [id];
        session.Query(locked, _ => 0, [ids]);
        var before = OwnedUnder(session, id);
        session.Execute(Release, id);
        foreach (var one in session.Query(active, AppointmentColumns.Read, [ids])) Claim(session, one, OwnedAround(session, one));
        return !before.SetEquals(OwnedUnder(session, id));
    }

    public static void Remember(DbSession session, Appointment next, bool isNew)
    {
        if (!isNew) session.Execute(ForgetOverrides, next.Id.ToString());
        if (next.Overrides.Count > 0) session.ExecuteMany(AddOverride, [.. next.Overrides.Select(id => new object?[] { id.ToString(), next.Id.ToString() })]);
    }

    private static List<Cell> OwnedAround(DbSession session, Appointment appointment) => appointment.Cells.Count == 0
        ? []
        : session.Query(
            Owned, row => new Cell(AppointmentColumns.Id(row, 0), row.GetBoolean(1), row.GetInt32(2)),
            appointment.DoctorId.Value, appointment.PatientId.ToString(), appointment.Cells[0], appointment.Cells[^1]);

    private static HashSet<(int?, string?, int)> OwnedUnder(DbSession session, string id) => [.. session.Query(OwnedBy, row => (row.Int(0), row.Text(1), row.GetInt32(2)), id)];

    private List<BusyTime> Overlapping(DbSession session, Appointment appointment)
    {
        var (statement, values) = BusyOf(BusyFilter.Of(appointment));
        return session.Query(statement, ReadBusy, values);
    }

    private void Lock(DbSession session, IEnumerable<AppointmentId> ids) => session.Query(locked, _ => 0, [Ids(ids)]);

    private static string[] Ids(IEnumerable<AppointmentId> ids) => [.. ids.Select(id => id.ToString())];

    /// <summary>Five minutes of the doctor's time or of the patient's, and who owns them.</summary>
    private readonly record struct Cell(AppointmentId Owner, bool OfDoctor, int Number);
}
