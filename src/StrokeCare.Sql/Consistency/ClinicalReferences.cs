using System.Data.Common;
using System.Runtime.CompilerServices;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Consistency;

/// <summary>Whom the rows of the SQL clinical stores name, and which cells are amiss. What MongoDB has to claim, unique indexes keep here.</summary>
internal sealed class ClinicalReferences(Readers readers, CellFaults cells) : IConsistencySource
{
    private static readonly TablePages<StoredReferences> Patients = Pages(
        "SELECT id, archived_at IS NOT NULL, assigned_doctor_id, user_id, created_by FROM patients WHERE id > $1 ORDER BY id LIMIT $2", OfPatient);

    private static readonly TablePages<StoredReferences> Appointments = Pages(
        "SELECT id, patient_id, doctor_id, created_by, status, starts_at FROM appointments WHERE id > $1 ORDER BY id LIMIT $2", OfAppointment);

    private static readonly TablePages<StoredReferences> History = Pages("SELECT id, patient_id, recorded_by FROM medical_history WHERE id > $1 ORDER BY id LIMIT $2", OfHistory);

    public IAsyncEnumerable<StoredReferences> ReferencesAsync(EntityType type, CancellationToken ct) => type switch
    {
        EntityType.Patient => ReadAsync(Patients, ct),
        EntityType.MedicalHistory => ReadAsync(History, ct),
        EntityType.Appointment => ReadAsync(Appointments, ct),
        EntityType.User => AsyncEnumerable.Empty<StoredReferences>(),
    };

    public IAsyncEnumerable<ConsistencyFinding> FaultsAsync(CancellationToken ct) => cells.FindAsync(ct);

    public Task<int> RepairAsync(CancellationToken ct) => cells.RepairAsync(ct);

    private async IAsyncEnumerable<StoredReferences> ReadAsync(TablePages<StoredReferences> table, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in table.ReadAsync(readers, ct))
        {
            foreach (var row in page) yield return row;
        }
    }

    private static TablePages<StoredReferences> Pages(string sql, Func<DbDataReader, StoredReferences> read) => new(new(sql, SqlType.Text, SqlType.Int), read, stored => stored.Id);

    private static StoredReferences OfPatient(DbDataReader row) => new(EntityType.Patient, row.GetString(0))
    {
        IsPast = row.GetBoolean(1),
        Users = [.. Named("assigned_doctor_id", row.Int(2), Role.Doctor), .. Named("user_id", row.Int(3)), .. Named("created_by", row.Int(4))],
    };

    private static StoredReferences OfHistory(DbDataReader row) => new(EntityType.MedicalHistory, row.GetString(0))
    {
        Patient = row.GetString(1),
        Users = [.. Named("recorded_by", row.Int(2))],
    };

    private static StoredReferences OfAppointment(DbDataReader row) => new(EntityType.Appointment, row.GetString(0))
    {
        Patient = row.GetString(1),
        IsPast = row.GetString(4) is not ("scheduled" or "arrived"),
        Over = row.Milliseconds(5),
        Users = [.. Named("doctor_id", row.Int(2), Role.Doctor), .. Named("created_by", row.Int(3))],
    };

    private static IEnumerable<NamedUser> Named(string field, int? user, Role? role = null) => user is { } id ? [new(field, new(id), role)] : [];
}
