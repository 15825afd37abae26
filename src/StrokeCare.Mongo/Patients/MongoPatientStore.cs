using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Patients;

/// <summary>Patients in MongoDB. Every write is one operation on one document, which holds the change until it is in the log.</summary>
internal sealed class MongoPatientStore(PatientCollection patients, NameCollection names, UniqueKeys keys, AddPatients adds, UpdatePatients updates, RefuseIds refuses) : IPatientStore
{
    private static readonly ProjectionDefinition<BsonDocument> Whole =
        Builders<BsonDocument>.Projection.Exclude(PendingFields.Pending).Exclude(PendingFields.Since).Exclude(PatientFields.FormerMrns).Exclude(PatientFields.SearchTerms);

    private static readonly ProjectionDefinition<BsonDocument> Summary = Builders<BsonDocument>.Projection
        .Include(PatientFields.Version).Include(PatientFields.Mrn).Include("first_name").Include("last_name").Include("gender")
        .Include(PatientFields.Age).Include("date_of_birth").Include(PatientFields.StrokeRisk).Include(PatientFields.RiskLevel)
        .Include(PatientFields.AssignedDoctorId).Include(PatientFields.NextReviewOn).Include(PatientFields.CreatedAt).Include(PatientFields.UpdatedAt);

    private static readonly ProjectionDefinition<BsonDocument> Changed = Summary.Include(PatientFields.PreviousRiskLevel).Include(PatientFields.RiskLevelChangedAt);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public Task<AddPatientOutcome> AddAsync(Patient patient, Change change, CancellationToken ct) => adds.AddAsync(patient, change, ct);

    public Task<IReadOnlyList<AddPatientOutcome>> AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct) => adds.AddManyAsync(added, ct);

    public Task<UpdatePatientOutcome> UpdateAsync(Patient next, Change change, CancellationToken ct) => updates.UpdateAsync(next, change, ct);

    public Task<Patient?> FindAsync(PatientId id, CancellationToken ct) => FindAsync(Filter.Eq(PatientFields.Id, id.Value.ObjectId()), ct);

    public Task<Patient?> FindByUserAsync(UserId user, CancellationToken ct) => FindAsync(Filter.Eq(PatientFields.UserId, user.Value), ct);

    public Task<long> CountOfDoctorAsync(UserId doctor, CancellationToken ct) => CountAsync(new() { AssignedDoctorId = doctor, Limit = 1 }, ct);

    public async Task<PatientCount> CountAsync(CancellationToken ct) =>
        new(await CountAsync(new() { Limit = 1 }, ct), await CountAsync(new() { Archived = true, Limit = 1 }, ct));

    public Task<bool> RefuseIdAsync(PatientId id, CancellationToken ct) => refuses.RefuseAsync(id.Value.ObjectId(), ct);

    public async Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct)
    {
        var found = await patients.Connection.ReadAsync(
            token => patients.Documents
                .Find(PatientIndexes.Query(filter), new FindOptions { Hint = PatientIndexes.Of(filter) }).Sort(Builders<BsonDocument>.Sort.Descending(PatientFields.Id))
                .Limit(filter.Limit).Project(Summary).ToListAsync(token),
            ct);
        return found.ConvertAll(PatientDocument.ReadSummary);
    }

    public async Task<IReadOnlyList<PatientSummary>> SearchAsync(PatientSearch search, CancellationToken ct)
    {
        var found = await patients.Connection.ReadAsync(
            token => patients.Documents.Find(PatientSearches.Query(search), new FindOptions { Hint = PatientSearches.Index }).Limit(search.Limit).Project(Summary).ToListAsync(token), ct);
        return found.ConvertAll(PatientDocument.ReadSummary);
    }

    public Task<IReadOnlyList<string>> NamesLikeAsync(IReadOnlyCollection<string> words, CancellationToken ct) => names.LikeAsync(words, ct);

    public async Task<IReadOnlyList<PatientSummary>> AmongAsync(PatientSelection selection, CancellationToken ct)
    {
        if (selection.Ids.Count == 0) return [];
        var query = Filter.In(PatientFields.Id, selection.Ids.Select(id => (BsonValue)id.Value.ObjectId())) & Filter.Eq(PatientFields.Archived, (BsonBoolean)selection.Archived);
        if (selection.AssignedDoctorId is { } doctor) query &= Filter.Eq(PatientFields.AssignedDoctorId, doctor.Value);
        var found = await patients.Connection.ReadAsync(
            token => patients.Documents.Find(query, new FindOptions { Hint = "_id_" }).Project(Summary).ToListAsync(token), ct);
        return found.ConvertAll(PatientDocument.ReadSummary);
    }

    public async Task<IReadOnlyList<PatientSummary>> OverdueAsync(UserId doctor, DateOnly day, int limit, CancellationToken ct)
    {
        var found = await patients.Connection.ReadAsync(
            token => patients.Documents.Find(Overdue(doctor, day), new FindOptions { Hint = PatientIndexes.Review })
                .Sort(Builders<BsonDocument>.Sort.Ascending(PatientFields.NextReviewOn).Ascending(PatientFields.Id)).Limit(limit).Project(Summary).ToListAsync(token),
            ct);
        return found.ConvertAll(PatientDocument.ReadSummary);
    }

    public Task<long> CountOverdueAsync(UserId doctor, DateOnly day, CancellationToken ct) => patients.Connection.ReadAsync(
        token => patients.Documents.CountDocumentsAsync(Overdue(doctor, day), new CountOptions { Hint = PatientIndexes.Review }, token), ct);

    public async Task<IReadOnlyList<LevelChange>> LevelChangesAsync(UserId doctor, DateTimeOffset since, int limit, CancellationToken ct)
    {
        var query = CurrentOf(doctor) & Filter.Gte(PatientFields.RiskLevelChangedAt, BsonFields.Of(since));
        var found = await patients.Connection.ReadAsync(
            token => patients.Documents.Find(query, new FindOptions { Hint = PatientIndexes.LevelChanged })
                .Sort(Builders<BsonDocument>.Sort.Descending(PatientFields.RiskLevelChangedAt).Descending(PatientFields.Id)).Limit(limit).Project(Changed).ToListAsync(token),
            ct);
        return found.ConvertAll(PatientDocument.ReadLevelChange);
    }

    /// <summary>A claim alone does not count: its process may have died before it wrote the record.</summary>
    public async Task<IReadOnlySet<string>> PresentAsync(IReadOnlyCollection<string> sourceKeys, CancellationToken ct)
    {
        var found = await keys.FindAsync([.. sourceKeys.Select(key => Claim.SourcePrefix + key)], ct);
        var present = await patients.PresentAsync([.. found.Values.Select(c => c.Claim.Owner)], ct);
        return found.Where(p => present.Contains(p.Value.Claim.Owner)).Select(p => p.Key[Claim.SourcePrefix.Length..]).ToHashSet(StringComparer.Ordinal);
    }

    private static FilterDefinition<BsonDocument> CurrentOf(UserId doctor) =>
        Filter.Eq(PatientFields.AssignedDoctorId, doctor.Value) & Filter.Eq(PatientFields.Archived, (BsonBoolean)false);

    private static FilterDefinition<BsonDocument> Overdue(UserId doctor, DateOnly day) => CurrentOf(doctor) & Filter.Lt(PatientFields.NextReviewOn, BsonFields.Of(day));

    private Task<long> CountAsync(PatientFilter filter, CancellationToken ct) => patients.Connection.ReadAsync(
        token => patients.Documents.CountDocumentsAsync(PatientIndexes.Query(filter), new CountOptions { Hint = PatientIndexes.Of(filter) }, token), ct);

    private async Task<Patient?> FindAsync(FilterDefinition<BsonDocument> filter, CancellationToken ct)
    {
        var found = await patients.Connection.ReadAsync(token => patients.Documents.Find(filter).Project(Whole).FirstOrDefaultAsync(token), ct);
        return found is null || PatientDocument.IsRefused(found) ? null : PatientDocument.Read(found);
    }
}
