using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Mongo.History;
using StrokeCare.Mongo.Patients;

namespace StrokeCare.Mongo.Consistency;

/// <summary>Whom the documents of the clinical collections name, and which of their claims are amiss.</summary>
internal sealed class ClinicalReferences(PatientCollection patients, HistoryCollection history, ClaimFaults claims) : IConsistencySource
{
    private const int PageSize = 1000;

    public IAsyncEnumerable<StoredReferences> ReferencesAsync(EntityType type, CancellationToken ct) => type switch
    {
        EntityType.Patient => ReadAsync(patients.Connection, patients.Documents, OfPatient, ct),
        EntityType.MedicalHistory => ReadAsync(history.Connection, history.Documents, OfHistory, ct),
        EntityType.Appointment or EntityType.User => AsyncEnumerable.Empty<StoredReferences>(),
    };

    public IAsyncEnumerable<ConsistencyFinding> FaultsAsync(CancellationToken ct) => claims.FindAsync(ct);

    public Task<int> RepairAsync(CancellationToken ct) => claims.RepairAsync(ct);

    private static async IAsyncEnumerable<StoredReferences> ReadAsync(
        MongoConnection connection, IMongoCollection<BsonDocument> documents, Func<BsonDocument, StoredReferences?> read, [EnumeratorCancellation] CancellationToken ct)
    {
        var fields = Builders<BsonDocument>.Projection
            .Include(PatientFields.Archived).Include(PatientFields.AssignedDoctorId).Include(PatientFields.UserId).Include(PatientFields.CreatedBy)
            .Include(HistoryFields.PatientId).Include(HistoryFields.RecordedBy);
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

    private static string IdOf(BsonDocument document) => document["_id"].AsObjectId.ClinicalId().ToString();

    private static IEnumerable<NamedUser> Named(BsonDocument document, string field, Role? role = null) => document.User(field) is { } id ? [new(field, id, role)] : [];
}
