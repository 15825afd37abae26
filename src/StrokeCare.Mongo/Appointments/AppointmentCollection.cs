using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Appointments;

/// <summary>An appointment, what it owns, and who wrote it last.</summary>
internal sealed class StoredAppointment(BsonDocument document)
{
    public Appointment Appointment { get; } = AppointmentDocument.Read(document);

    public OwnedTime Owned { get; } = OwnedTime.Read(document);

    public StoredState State { get; } = new(document);

    public BusyTime Busy => new(Appointment.Id, Appointment.DoctorId, Appointment.PatientId, Appointment.StartsAt, Appointment.EndsAt);
}

/// <summary>The collection, its indexes, and the reads that writes are decided by.</summary>
internal sealed class AppointmentCollection(MongoConnection connection)
{
    public const string Name = "appointments";

    // The indexes by which a list is read; named in each query, as a planner left to itself may begin with the dates.
    public const string ByStart = "starts";
    public const string ByStatus = "status_starts";
    public const string ByDoctor = "doctor_starts";
    public const string ByDoctorAndStatus = "doctor_status_starts";
    public const string ByPatient = "patient_starts";
    public const string ByPatientAndStatus = "patient_status_starts";
    public const string ByDay = "day_status";
    public const string ByOverridden = "overrides";
    public const string BySharing = "shares_time";

    public static IReadOnlyList<CreateIndexModel<BsonDocument>> Indexes { get; } =
    [
        Unique("doctor_cells", AppointmentFields.DoctorId, AppointmentFields.Cells),
        Unique("patient_cells", AppointmentFields.PatientId, AppointmentFields.PatientCells),
        InOrder(ByStart),
        InOrder(ByStatus, AppointmentFields.Status),
        InOrder(ByDoctor, AppointmentFields.DoctorId),
        InOrder(ByDoctorAndStatus, AppointmentFields.DoctorId, AppointmentFields.Status),
        InOrder(ByPatient, AppointmentFields.PatientId),
        InOrder(ByPatientAndStatus, AppointmentFields.PatientId, AppointmentFields.Status),
        new(Keys.Ascending(AppointmentFields.Date).Ascending(AppointmentFields.Status), new CreateIndexOptions { Name = ByDay }),
        Partial(ByOverridden, AppointmentFields.Overrides, AppointmentFields.Overrides),
        Partial(BySharing, AppointmentFields.StartsAt, AppointmentFields.Shares),
        PendingFields.Index,
    ];

    public static BsonValue[] Active { get; } = [.. Enum.GetValues<AppointmentStatus>().Where(status => status.IsActive()).Select(status => (BsonValue)Spelling.Of(status))];

    public MongoConnection Connection => connection;

    public IMongoCollection<BsonDocument> Documents { get; } = connection.Database.GetCollection<BsonDocument>(Name);

    public EntityDocuments Entities => EntityDocuments.OfClinicalIds(EntityType.Appointment, Documents);

    private static IndexKeysDefinitionBuilder<BsonDocument> Keys => Builders<BsonDocument>.IndexKeys;

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public async Task<StoredAppointment?> FindAsync(AppointmentId id, CancellationToken ct)
    {
        var found = await connection.ReadAsync(token => Documents.Find(Filter.Eq(AppointmentFields.Id, id.Value.ObjectId())).FirstOrDefaultAsync(token), ct);
        return found is null ? null : new(found);
    }

    public async Task<StoredState?> StateAsync(AppointmentId id) => (await FindAsync(id, CancellationToken.None))?.State;

    /// <summary>The active appointments that cover time of a doctor, of a patient or of either, in their order.</summary>
    public async Task<IReadOnlyList<StoredAppointment>> CoveringAsync(BusyFilter filter, CancellationToken ct)
    {
        var found = new Dictionary<AppointmentId, StoredAppointment>();
        if (filter.DoctorId is { } doctor) await AddAsync(Filter.Eq(AppointmentFields.DoctorId, doctor.Value));
        if (filter.PatientId is { } patient) await AddAsync(Filter.Eq(AppointmentFields.PatientId, patient.ToString()));
        return [.. found.Values.OrderBy(one => one.Appointment.StartsAt).ThenBy(one => one.Appointment.Id.Value)];

        async Task AddAsync(FilterDefinition<BsonDocument> whose)
        {
            // How long each takes is told by the document only: all are read that could still be under way. No index is named:
            // those by whose it is, status and beginning serve it, and to the tests' engine naming one takes longer than the query.
            var then = Filter.Gt(AppointmentFields.StartsAt, BsonFields.Of(filter.From - AppointmentRules.Longest)) & Filter.Lt(AppointmentFields.StartsAt, BsonFields.Of(filter.To));
            var documents = await connection.ReadAsync(
                token => Documents.Find(whose & Filter.In(AppointmentFields.Status, Active) & then).ToListAsync(token), ct);
            foreach (var one in documents.Select(document => new StoredAppointment(document)))
            {
                if (one.Appointment.EndsAt > filter.From) found[one.Appointment.Id] = one;
            }
        }
    }

    /// <summary>Those among which an appointment would have its time.</summary>
    public async Task<IReadOnlyList<StoredAppointment>> AroundAsync(Appointment appointment, CancellationToken ct) =>
        [.. (await CoveringAsync(BusyFilter.Of(appointment), ct)).Where(one => one.Appointment.Id != appointment.Id)];

    private static CreateIndexModel<BsonDocument> Unique(string name, string whose, string cells) => new(
        Keys.Ascending(whose).Ascending(cells),
        new CreateIndexOptions<BsonDocument> { Name = name, Unique = true, PartialFilterExpression = Filter.Exists(cells) });

    private static CreateIndexModel<BsonDocument> InOrder(string name, params ReadOnlySpan<string> fields)
    {
        var keys = new List<IndexKeysDefinition<BsonDocument>>();
        foreach (var field in fields) keys.Add(Keys.Ascending(field));
        return new(Keys.Combine([.. keys, Keys.Ascending(AppointmentFields.StartsAt), Keys.Ascending(AppointmentFields.Id)]), new CreateIndexOptions { Name = name });
    }

    private static CreateIndexModel<BsonDocument> Partial(string name, string key, string present) =>
        new(Keys.Ascending(key), new CreateIndexOptions<BsonDocument> { Name = name, PartialFilterExpression = Filter.Exists(present) });
}
