using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Appointments;

/// <summary>
/// Appointments in MongoDB. Every write is one operation on one document, which takes its time and holds its change; who
/// shares time that is let go of claims it with an operation of their own.
/// </summary>
internal sealed class MongoAppointmentStore(AppointmentCollection appointments, BookAppointments books, MoveAppointments moves) : IAppointmentStore
{
    private static readonly ProjectionDefinition<BsonDocument> IdOnly = Builders<BsonDocument>.Projection.Include(AppointmentFields.Id);

    private readonly AppointmentLists lists = new(appointments);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public Task<BookOutcome> BookAsync(Appointment appointment, Change change, CancellationToken ct) => books.BookAsync(appointment, change, ct);

    public Task<UpdateAppointmentOutcome> UpdateAsync(Appointment next, Change change, CancellationToken ct) => moves.UpdateAsync(next, change, ct);

    public async Task<Appointment?> FindAsync(AppointmentId id, CancellationToken ct) => (await appointments.FindAsync(id, ct))?.Appointment;

    public Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter, CancellationToken ct) => lists.ListAsync(filter, ct);

    public async Task<IReadOnlyList<BusyTime>> BusyAsync(BusyFilter filter, CancellationToken ct) =>
        [.. (await appointments.CoveringAsync(filter, ct)).Select(one => one.Busy)];

    public async Task<IReadOnlyList<Appointment>> OverriddenByAsync(AppointmentId id, CancellationToken ct)
    {
        var filter = Filter.Eq(AppointmentFields.Overrides, id.Value.ObjectId()) & Filter.In(AppointmentFields.Status, AppointmentCollection.Active);
        var found = await appointments.Connection.ReadAsync(
            token => appointments.Documents.Find(filter, new FindOptions { Hint = AppointmentCollection.ByOverridden }).ToListAsync(token), ct);
        return [.. found.Select(AppointmentDocument.Read).OrderBy(one => one.Id.Value)];
    }

    public Task<long> CountFutureOfDoctorAsync(UserId doctor, DateTimeOffset now, CancellationToken ct) => appointments.Connection.ReadAsync(
        token => appointments.Documents.CountDocumentsAsync(
            OfDoctor(doctor) & Future(now), new CountOptions { Hint = AppointmentCollection.ByDoctorAndStatus }, token), ct);

    public Task<IReadOnlyList<AppointmentId>> FutureOfDoctorAsync(UserId doctor, DateTimeOffset now, int limit, CancellationToken ct) =>
        IdsAsync(OfDoctor(doctor) & Future(now), AppointmentCollection.ByDoctor, limit, ct);

    public Task<IReadOnlyList<AppointmentId>> FutureOfPatientAsync(PatientId patient, DateTimeOffset now, int limit, CancellationToken ct) =>
        IdsAsync(Filter.Eq(AppointmentFields.PatientId, patient.ToString()) & Future(now), AppointmentCollection.ByPatient, limit, ct);

    public Task<bool> AnyFutureAsync(DateTimeOffset now, CancellationToken ct) => appointments.Connection.ReadAsync(
        token => appointments.Documents.Find(Future(now), new FindOptions { Hint = AppointmentCollection.ByStatus }).Limit(1).Project(IdOnly).AnyAsync(token), ct);

    private async Task<IReadOnlyList<AppointmentId>> IdsAsync(FilterDefinition<BsonDocument> filter, string index, int limit, CancellationToken ct)
    {
        var nextFirst = Builders<BsonDocument>.Sort.Ascending(AppointmentFields.StartsAt).Ascending(AppointmentFields.Id);
        var found = await appointments.Connection.ReadAsync(
            token => appointments.Documents.Find(filter, new FindOptions { Hint = index }).Sort(nextFirst).Limit(limit).Project(IdOnly).ToListAsync(token), ct);
        return found.ConvertAll(document => new AppointmentId(document[AppointmentFields.Id].AsObjectId.ClinicalId()));
    }

    private static FilterDefinition<BsonDocument> OfDoctor(UserId doctor) => Filter.Eq(AppointmentFields.DoctorId, doctor.Value);

    private static FilterDefinition<BsonDocument> Future(DateTimeOffset now) =>
        Filter.In(AppointmentFields.Status, AppointmentCollection.Active) & Filter.Gt(AppointmentFields.StartsAt, BsonFields.Of(now));
}
