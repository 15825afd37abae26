using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Mongo.Appointments;
using StrokeCare.Mongo.History;
using StrokeCare.Mongo.Patients;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Consistency;

/// <summary>Whom the documents of the clinical collections name, and which of their claims and cells are amiss.</summary>
internal sealed class ClinicalReferences(PatientCollection patients, HistoryCollection history, AppointmentCollection appointments, ClaimFaults claims, CellFaults cells) : IConsistencySource
{
    private const int PageSize = 1000;

    public IAsyncEnumerable<StoredReferences> ReferencesAsync(EntityType type, CancellationToken ct) => type switch
    {
        EntityType.Patient => ReadAsync(patients.Connection, patients.Documents, OfPatient, ct),
        EntityType.MedicalHistory => ReadAsync(history.Connection, history.Documents, OfHistory, ct),
        EntityType.Appointment => ReadAsync(appointments.Connection, appointments.Documents, OfAppointment, ct),
        EntityType.User => AsyncEnumerable.Empty<StoredReferences>(),
    };

    public async IAsyncEnumerable<ConsistencyFinding> FaultsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var finding in claims.FindAsync(ct)) yield return finding;
        await foreach (var finding in cells.FindAsync(ct)) yield return finding;
    }

    public async Task<int> RepairAsync(CancellationToken ct) => await claims.RepairAsync(ct) + await cells.RepairAsync(ct);

    private static async IAsyncEnumerable<StoredReferences> ReadAsync(
        MongoConnection connection, IMongoCollection<BsonDocument> documents, Func<BsonDocument, StoredReferences?> read, [EnumeratorCancellation] CancellationToken ct)
    {
        var fields = Builders<BsonDocument>.Projection
            .Include(PatientFields.Archived).Include(PatientFields.AssignedDoctorId).Include(PatientFields.UserId).Include(PatientFields.CreatedBy)
            .Include(HistoryFields.PatientId).Include(HistoryFields.RecordedBy)
            .Include(AppointmentFields.DoctorId).Include(AppointmentFields.Status).Include(AppointmentFields.StartsAt);
        await foreach (var page in DocumentPages.ReadAsync(connection, documents, fields, PageSize, ct))
        {
            foreach (var document in page)
            {
                if (read(document) is { } stored) yield return stored;
            }
        }
    }

    private static StoredReferences? OfPatient(BsonDocument document) => PatientDocument.IsRefused(document) ? null : new(EntityType.Patient, IdOf(document))
    {
        IsPast = document.Bool(PatientFields.Archived) == true,
        Users =
        [
            .. Named(document, PatientFields.AssignedDoctorId, Role.Doctor), .. Named(document, PatientFields.UserId), .. Named(document, PatientFields.CreatedBy),
        ],
    };

    private static StoredReferences OfHistory(BsonDocument document) => new(EntityType.MedicalHistory, IdOf(document))
    {
        Patient = document.Text(HistoryFields.PatientId) ?? "",
        Users = [.. Named(document, HistoryFields.RecordedBy)],
    };

    private static StoredReferences OfAppointment(BsonDocument document) => new(EntityType.Appointment, IdOf(document))
    {
        Patient = document.Text(AppointmentFields.PatientId) ?? "",
        IsPast = document.Enum<AppointmentStatus>(AppointmentFields.Status, Spelling.TryParse)?.IsActive() != true,
        Over = document.Time(AppointmentFields.StartsAt),
        Users = [.. Named(document, AppointmentFields.DoctorId, Role.Doctor), .. Named(document, PatientFields.CreatedBy)],
    };

    private static string IdOf(BsonDocument document) => document["_id"].AsObjectId.ClinicalId().ToString();

    private static IEnumerable<NamedUser> Named(BsonDocument document, string field, Role? role = null) => document.User(field) is { } id ? [new(field, id, role)] : [];
}
