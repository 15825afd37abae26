using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Appointments;

/// <summary>Pages of appointments, each a stretch of the index of its filter.</summary>
internal sealed class AppointmentLists(AppointmentCollection appointments)
{
    private static readonly ProjectionDefinition<BsonDocument> Whole = Builders<BsonDocument>.Projection
        .Exclude(Changes.PendingFields.Pending).Exclude(Changes.PendingFields.Since).Exclude(AppointmentFields.Cells).Exclude(AppointmentFields.PatientCells);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    // Behind a key come the appointments of its moment, and then those of other moments. Each of the two is one range of
    // the index; asked for together they would be more than one, and the engine would read and sort them all.
    public async Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter, CancellationToken ct)
    {
        if (filter.Behind is not { } behind) return await PageAsync(filter, Filter.Empty, filter.Limit, ct);
        var (start, id) = (BsonFields.Of(behind.StartsAt), behind.Id.Value.ObjectId());
        var sameMoment = Filter.Eq(AppointmentFields.StartsAt, start) & (filter.Descending ? Filter.Lt(AppointmentFields.Id, id) : Filter.Gt(AppointmentFields.Id, id));
        var first = await PageAsync(filter, sameMoment, filter.Limit, ct);
        if (first.Count == filter.Limit) return first;
        var rest = filter.Descending
            ? filter with { Behind = null, To = Earlier(filter.To, behind.StartsAt) }
            : filter with { Behind = null, From = Later(filter.From, behind.StartsAt.AddMilliseconds(1)) };
        return [.. first, .. await PageAsync(rest, Filter.Empty, filter.Limit - first.Count, ct)];
    }

    private async Task<List<Appointment>> PageAsync(AppointmentFilter filter, FilterDefinition<BsonDocument> also, int limit, CancellationToken ct)
    {
        var conditions = Of(filter) & also;
        var sort = filter.Descending
            ? Builders<BsonDocument>.Sort.Descending(AppointmentFields.StartsAt).Descending(AppointmentFields.Id)
            : Builders<BsonDocument>.Sort.Ascending(AppointmentFields.StartsAt).Ascending(AppointmentFields.Id);
        var found = await appointments.Connection.ReadAsync(
            token => appointments.Documents.Find(conditions, new FindOptions { Hint = IndexOf(filter) }).Sort(sort).Limit(limit).Project(Whole).ToListAsync(token), ct);
        return found.ConvertAll(AppointmentDocument.Read);
    }

    private static FilterDefinition<BsonDocument> Of(AppointmentFilter filter)
    {
        List<FilterDefinition<BsonDocument>> conditions = [Filter.Empty];
        if (filter.DoctorId is { } doctor) conditions.Add(Filter.Eq(AppointmentFields.DoctorId, doctor.Value));
        if (filter.PatientId is { } patient) conditions.Add(Filter.Eq(AppointmentFields.PatientId, patient.ToString()));
        if (filter.Status is { } status) conditions.Add(Filter.Eq(AppointmentFields.Status, Spelling.Of(status)));
        if (filter.From is { } from) conditions.Add(Filter.Gte(AppointmentFields.StartsAt, BsonFields.Of(from)));
        // Not "before", where the engine would pass over all keys of that moment.
        if (filter.To is { } to) conditions.Add(Filter.Lte(AppointmentFields.StartsAt, BsonFields.Of(to.AddMilliseconds(-1))));
        return Filter.And(conditions);
    }

    private static string IndexOf(AppointmentFilter filter) => filter switch
    {
        { PatientId: not null, Status: null } => AppointmentCollection.ByPatient,
        { PatientId: not null } => AppointmentCollection.ByPatientAndStatus,
        { DoctorId: not null, Status: null } => AppointmentCollection.ByDoctor,
        { DoctorId: not null } => AppointmentCollection.ByDoctorAndStatus,
        { Status: null } => AppointmentCollection.ByStart,
        _ => AppointmentCollection.ByStatus,
    };

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one is { } given && given < other ? given : other;

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one is { } given && given > other ? given : other;
}
