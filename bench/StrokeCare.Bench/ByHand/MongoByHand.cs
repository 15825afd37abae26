using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Mongo.Patients;
using StrokeCare.Patients;

namespace StrokeCare.Bench.ByHand;

/// <summary>
/// The bare driver: the very documents our store writes (the product's own mapping makes them, within the time), with
/// the same write concern, and nothing around it. An MRN, where there is one, is claimed by a document of its own first.
/// </summary>
internal sealed class MongoByHand : ISide, IDisposable
{
    private static readonly InsertManyOptions AnyOrder = new() { IsOrdered = false };

    private static readonly ProjectionDefinition<BsonDocument> Whole = Builders<BsonDocument>.Projection.Exclude("pending").Exclude("pending_since");

    private static readonly ProjectionDefinition<BsonDocument> Summary = new BsonDocument(
        new[] { "version", "mrn", "first_name", "last_name", "gender", "age", "date_of_birth", "stroke_risk", "risk_level", "assigned_doctor_id", "next_review_on", "created_at", "updated_at" }
            .Select(name => new BsonElement(name, 1)));

    /// <summary>As the search of ours: so many entries for each patient that is wanted.</summary>
    private const int Margin = 2;

    private readonly MongoClient client;
    private readonly IMongoCollection<BsonDocument> patients;
    private readonly IMongoCollection<BsonDocument> history;
    private readonly IMongoCollection<BsonDocument> appointments;
    private readonly IMongoCollection<BsonDocument> claims;
    private readonly TimeProvider time;

    public MongoByHand(string uri, string database, TimeProvider time)
    {
        var settings = MongoClientSettings.FromConnectionString(uri);
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true);
        settings.ReadConcern = ReadConcern.Majority;
        client = new MongoClient(settings);
        patients = client.GetDatabase(database).GetCollection<BsonDocument>("patients");
        history = client.GetDatabase(database).GetCollection<BsonDocument>("medical_history");
        appointments = client.GetDatabase(database).GetCollection<BsonDocument>("appointments");
        claims = client.GetDatabase(database).GetCollection<BsonDocument>("unique_keys");
        this.time = time;
    }

    public IMongoDatabase Database => patients.Database;

    public async Task AddAsync(PatientAdded added, CancellationToken ct)
    {
        if (added.Patient.Details.Mrn is not null) await claims.InsertOneAsync(Claim(added), null, ct);
        await patients.InsertOneAsync(Document(added), null, ct);
    }

    public async Task AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct)
    {
        var claimed = added.Where(one => one.Patient.Details.Mrn is not null).Select(Claim).ToList();
        if (claimed.Count > 0) await claims.InsertManyAsync(claimed, AnyOrder, ct);
        await patients.InsertManyAsync(added.Select(Document), AnyOrder, ct);
    }

    public async Task<Patient?> FindAsync(PatientId id, CancellationToken ct)
    {
        var found = await patients.Find(new BsonDocument("_id", Id(id))).Project(Whole).FirstOrDefaultAsync(ct);
        return found is null ? null : PatientDocument.Read(found);
    }

    public async Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct)
    {
        var query = new BsonDocument("archived", false);
        if (filter.AssignedDoctorId is { } doctor) query.Add("assigned_doctor_id", doctor.Value);
        if (filter.Before is { } before) query.Add("_id", new BsonDocument("$lt", Id(before)));
        var found = await patients.Find(query, PageIndex(filter)).Sort(new BsonDocument("_id", -1)).Limit(filter.Limit).Project(Summary).ToListAsync(ct);
        return found.ConvertAll(PatientDocument.ReadSummary);
    }

    /// <summary>The newest patients in whose history all these words are, told in one entry.</summary>
    public async Task<IReadOnlyList<PatientSummary>> NotedAsync(IReadOnlyList<string> words, int limit, CancellationToken ct)
    {
        var query = new BsonDocument("$and", new BsonArray(words.Select(word => new BsonDocument("search_terms", word))));
        var named = await history.Find(query, new FindOptions { Hint = "search" }).Sort(new BsonDocument("patient_id", -1)).Limit(Margin * limit)
            .Project(new BsonDocument { { "_id", 0 }, { "patient_id", 1 } }).ToListAsync(ct);
        var ids = named.Select(entry => ObjectId.Parse(entry["patient_id"].AsString)).Distinct().ToList();
        var whose = new BsonDocument { { "_id", new BsonDocument("$in", new BsonArray(ids)) }, { "archived", false } };
        var found = await patients.Find(whose, new FindOptions { Hint = "_id_" }).Project(Summary).ToListAsync(ct);
        return [.. found.ConvertAll(PatientDocument.ReadSummary).OrderByDescending(patient => patient.Id.Value).Take(limit)];
    }

    /// <summary>A doctor's active appointments that begin between two moments, as they are stored.</summary>
    public Task<List<BsonDocument>> BusyAsync(UserId doctor, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => appointments.Find(new BsonDocument
    {
        { "doctor_id", doctor.Value },
        { "status", new BsonDocument("$in", new BsonArray { "scheduled", "arrived" }) },
        { "starts_at", new BsonDocument { { "$gt", new BsonDateTime(from.UtcDateTime) }, { "$lt", new BsonDateTime(to.UtcDateTime) } } },
    }).ToListAsync(ct);

    private static FindOptions PageIndex(PatientFilter filter) => new() { Hint = filter.AssignedDoctorId is null ? "list" : "list_doctor" };

    public void Dispose() => client.Dispose();

    private BsonDocument Document(PatientAdded added) => PatientDocument.New(added.Patient, added.Change, ObjectId.GenerateNewId(), time.GetUtcNow());

    private BsonDocument Claim(PatientAdded added) => new()
    {
        { "_id", $"mrn:{added.Patient.Details.Mrn}" },
        { "owner", Id(added.Patient.Id) },
        { "at", new BsonDateTime(time.GetUtcNow().ToUnixTimeMilliseconds()) },
    };

    private static ObjectId Id(PatientId id) => new(id.Value.ToBytes());
}
