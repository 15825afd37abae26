using System.Data.Common;
using System.Runtime.CompilerServices;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Patients;
using StrokeCare.Sql.Appointments;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Consistency;

/// <summary>Rows of <c>appointment_cells</c> against the appointments that they belong to.</summary>
internal sealed class CellFaults(Dialect dialect, Writer writer, Readers readers)
{
    private static readonly TablePages<Appointment> Appointments = new(
        new($"SELECT {AppointmentColumns.Names} FROM appointments WHERE id > $1 ORDER BY id LIMIT $2", SqlType.Text, SqlType.Int), AppointmentColumns.Read, one => one.Id.ToString());

    private static readonly Statement One = new($"SELECT {AppointmentColumns.Names} FROM appointments WHERE id = $1", SqlType.Text);

    private static readonly TablePages<string> Owners = new(
        new("SELECT DISTINCT appointment_id FROM appointment_cells WHERE appointment_id > $1 ORDER BY appointment_id LIMIT $2", SqlType.Text, SqlType.Int), row => row.GetString(0), id => id);

    // Compared inside the statement: no booking comes between.
    private static readonly Statement LetGo = new(
        """
        DELETE FROM appointment_cells WHERE appointment_id = $1 AND NOT EXISTS (SELECT 1 FROM appointments WHERE id = $1 AND status IN ('scheduled', 'arrived')
            AND cell >= starts_at / 300000 AND cell < starts_at / 300000 + duration_minutes / 5
            AND coalesce(appointment_cells.doctor_id, appointments.doctor_id) = appointments.doctor_id
            AND coalesce(appointment_cells.patient_id, appointments.patient_id) = appointments.patient_id)
        """,
        SqlType.Text);

    private static readonly Statement Own = new(
        """
        INSERT INTO appointment_cells (appointment_id, doctor_id, patient_id, cell)
        SELECT id, doctor_id, patient_id, $2 FROM appointments WHERE id = $1 AND status IN ('scheduled', 'arrived')
            AND NOT EXISTS (SELECT 1 FROM appointment_cells WHERE appointment_id = $1 AND cell = $2)
        ON CONFLICT DO NOTHING
        """,
        SqlType.Text, SqlType.Int);

    private readonly Statement present = new($"SELECT id FROM appointments WHERE {dialect.AnyOf("id", "$1")}", SqlType.Texts);

    private readonly Statement cells = new($"SELECT appointment_id, doctor_id, patient_id, cell FROM appointment_cells WHERE {dialect.AnyOf("appointment_id", "$1")}", SqlType.Texts);

    public async IAsyncEnumerable<ConsistencyFinding> FindAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (_, finding) in FaultyAsync(ct)) yield return finding;
        await foreach (var id in OrphansAsync(ct)) yield return ConsistencyFinding.Of(EntityType.Appointment, id, "cells.left_behind", $"appointment {id} is not there and owns time.") with { Repairable = true };
    }

    public async Task<int> RepairAsync(CancellationToken ct)
    {
        var mended = 0;
        await foreach (var (appointment, _) in FaultyAsync(ct)) mended += await MendAsync(appointment.Id.ToString(), appointment.Cells, ct);
        await foreach (var id in OrphansAsync(ct)) mended += await MendAsync(id, [], ct);
        return mended;
    }

    private Task<int> MendAsync(string id, IReadOnlyList<int> covered, CancellationToken ct) => writer.RunAsync(
        session =>
        {
            var changed = session.Execute(LetGo, id);
            foreach (var cell in covered) changed += session.Execute(Own, id, cell);
            return changed > 0 ? 1 : 0;
        },
        ct);

    private async IAsyncEnumerable<(Appointment Appointment, ConsistencyFinding Finding)> FaultyAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in Appointments.ReadAsync(readers, ct))
        {
            foreach (var (suspect, _) in await FaultsAsync(page, ct))
            {
                // The page and its cells were two looks: one that was moved between them is right at the second.
                foreach (var fault in await FaultsAsync(await readers.QueryAsync(One, AppointmentColumns.Read, [suspect.Id.ToString()], ct), ct)) yield return fault;
            }
        }
    }

    // An appointment is there before its cells and never goes.
    private async IAsyncEnumerable<string> OrphansAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var owners in Owners.ReadAsync(readers, ct))
        {
            var there = await readers.QueryAsync(present, row => row.GetString(0), [owners.ToArray()], ct);
            foreach (var id in owners.Except(there)) yield return id;
        }
    }

    private async Task<IReadOnlyList<(Appointment Appointment, ConsistencyFinding Finding)>> FaultsAsync(IReadOnlyList<Appointment> page, CancellationToken ct)
    {
        var owned = await OwnedAsync(page, ct);
        return [.. page.Select(one => (one, owned[one.Id].Fault(one))).Where(pair => pair.Item2 is not null).Select(pair => (pair.one, pair.Item2!))];
    }

    private async Task<Dictionary<AppointmentId, OwnedCells>> OwnedAsync(IReadOnlyList<Appointment> page, CancellationToken ct)
    {
        var rows = page.Count == 0 ? [] : await readers.QueryAsync(cells, Owned.Read, [page.Select(one => one.Id.ToString()).ToArray()], ct);
        var byAppointment = rows.ToLookup(row => row.Owner);
        return page.ToDictionary(one => one.Id, one => Owned.By(one, byAppointment[one.Id]));
    }

    /// <summary>Five minutes of the doctor's time, the patient's or both.</summary>
    private readonly record struct Owned(AppointmentId Owner, UserId? Doctor, PatientId? Patient, int Cell)
    {
        public static Owned Read(DbDataReader row) => new(
            AppointmentColumns.Id(row, 0), row.Int(1) is { } doctor ? new(doctor) : null, row.Text(2) is { } patient ? new(ClinicalId.Parse(patient)) : null, row.GetInt32(3));

        public static OwnedCells By(Appointment appointment, IEnumerable<Owned> rows) => new(
            [.. rows.Where(row => row.Doctor is not null).Select(row => row.Cell)], [.. rows.Where(row => row.Patient is not null).Select(row => row.Cell)])
        {
            OfAnother = rows.Any(row => (row.Doctor ?? appointment.DoctorId) != appointment.DoctorId || (row.Patient ?? appointment.PatientId) != appointment.PatientId),
        };
    }
}
