using System.Data.Common;
using System.Runtime.CompilerServices;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Sql.Appointments;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Consistency;

/// <summary>Rows of <c>appointment_cells</c> against the appointments that they belong to.</summary>
internal sealed class CellFaults(Dialect dialect, Writer writer, Readers readers)
{
    private static readonly TablePages<Appointment> Appointments = new(
        new($"SELECT {AppointmentColumns.Names} FROM appointments WHERE id > $1 ORDER BY id LIMIT $2", SqlType.Text, SqlType.Int), AppointmentColumns.Read, one => one.Id.ToString());

    private static readonly Statement One = new($"SELECT {AppointmentColumns.Names} FROM appointments WHERE id = $1", SqlType.Text);

    private static readonly TablePages<string> OwningIds = new(
        new("SELECT DISTINCT appointment_id FROM appointment_cells WHERE appointment_id > $1 ORDER BY appointment_id LIMIT $2", SqlType.Text, SqlType.Int), row => row.GetString(0), id => id);

    private readonly AppointmentCells owners = new(dialect);

    private readonly Statement present = new($"SELECT id FROM appointments WHERE {dialect.AnyOf("id", "$1")}", SqlType.Texts);

    private readonly Statement cells = new($"SELECT appointment_id, doctor_id, patient_id, cell FROM appointment_cells WHERE {dialect.AnyOf("appointment_id", "$1")}", SqlType.Texts);

    public async IAsyncEnumerable<ConsistencyFinding> FindAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (_, finding) in FaultyAsync(ct)) yield return finding;
        await foreach (var id in OrphansAsync(ct)) yield return ConsistencyFinding.Of(EntityType.Appointment, id, "cells.left_behind", $"appointment {id} is not there and owns time.") with { Repairable = true };
    }

    public async Task<int> RepairAsync(CancellationToken ct)
    {
        List<string> faulty = [.. await OrphansAsync(ct).ToListAsync(ct)];
        await foreach (var (appointment, _) in FaultyAsync(ct)) faulty.Add(appointment.Id.ToString());
        HashSet<string> mended = [];
        // Twice: one may own what another one ought to, and lets go of it after that was looked at.
        foreach (var id in faulty.Concat(faulty))
        {
            if (await writer.RunAsync(session => owners.Mend(session, id), ct)) mended.Add(id);
        }

        return mended.Count;
    }

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
        await foreach (var ids in OwningIds.ReadAsync(readers, ct))
        {
            var there = await readers.QueryAsync(present, row => row.GetString(0), [ids.ToArray()], ct);
            foreach (var id in ids.Except(there)) yield return id;
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
    private readonly record struct Owned(AppointmentId Owner, int? Doctor, string? Patient, int Cell)
    {
        public static Owned Read(DbDataReader row) => new(
            AppointmentColumns.Id(row, 0), row.Int(1), row.Text(2), row.GetInt32(3));

        public static OwnedCells By(Appointment appointment, IEnumerable<Owned> rows) => new(
            [.. rows.Where(row => row.Doctor is not null).Select(row => row.Cell)], [.. rows.Where(row => row.Patient is not null).Select(row => row.Cell)])
        {
            OfAnother = rows.Any(row => (row.Doctor is { } doctor && doctor != appointment.DoctorId.Value) || (row.Patient is { } patient && patient != appointment.PatientId.ToString())),
        };
    }
}
