using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Adoption;

/// <summary>
/// A database as an older system left it: the seed's shapes and indexes, and what years of use do to them. The same size
/// gives the same database. How many of each fault there are is told, so that a report can be held against it.
/// </summary>
public sealed class LegacyClinic(IMongoDatabase database, int size)
{
    private const int Doctors = 20;

    private static readonly DateTime Day = new(2025, 12, 4, 9, 0, 0, DateTimeKind.Utc);

    private static readonly string[] Genders = ["Male", "female", "M", "F", "Other"];
    private static readonly string[] Smoking = ["Formerly smoked", "never_smoked", "Smokes", "ex-smoker", "Unknown"];
    private static readonly string[] Work = ["Private", "Govt_jov", "self employed", "children", "Never_worked"];
    private static readonly string[] Statuses = ["scheduled", "Completed", "canceled", "no-show", "confirmed"];

    /// <summary>Every so-manieth has a fault of its own kind.</summary>
    private const int Every = 25;

    public IMongoCollection<BsonDocument> Patients => database.GetCollection<BsonDocument>("patients");

    public IMongoCollection<BsonDocument> History => database.GetCollection<BsonDocument>("medical_history");

    public IMongoCollection<BsonDocument> Appointments => database.GetCollection<BsonDocument>("appointments");

    public int WithTextIds => Count(3);

    /// <summary>Two records that name one account: the second of each pair cannot be told.</summary>
    public int SharedAccounts => Count(7);

    /// <summary>The second of each pair; those whose first could not be adopted have their time to themselves.</summary>
    public int BookedTwice => Enumerable.Range(0, size).Count(i => i % 10 == 4 && !IsLost(i) && !IsLost(i - 1));

    public int LostAppointments => Enumerable.Range(0, size).Count(IsLost);

    /// <summary>Documents of all three collections that can be told.</summary>
    public int Adoptable => (3 * size) - SharedAccounts - LostEntries - LostAppointments;

    public int LostEntries => Count(5) + Count(7);

    public async Task WriteAsync(CancellationToken ct)
    {
        await FillAsync(ct);
        await Patients.Indexes.CreateManyAsync([Index("assigned_doctor_id", 1), Index("created_by", 1), Index("risk_level", 1), Index("created_at", -1)], ct);
        await History.Indexes.CreateManyAsync([Index("recorded_by", 1)], ct);
        await Appointments.Indexes.CreateManyAsync([Index("patient_id", 1), Index("doctor_id", 1), Index("appointment_date", 1), Index("status", 1)], ct);
    }

    /// <summary>Without the indexes.</summary>
    public async Task FillAsync(CancellationToken ct)
    {
        await InsertAsync(Patients, Enumerable.Range(0, size).Select(Patient), ct);
        await InsertAsync(History, Enumerable.Range(0, size).Select(Entry), ct);
        await InsertAsync(Appointments, Enumerable.Range(0, size).Select(Appointment).ToList(), ct);
    }

    /// <summary>The id that a patient has once adopted.</summary>
    public static ObjectId IdOf(int i) => new(string.Create(CultureInfo.InvariantCulture, $"67509400{i:x16}"));

    private BsonDocument Patient(int i)
    {
        var patient = new BsonDocument
        {
            { "_id", i % Every == 3 ? IdOf(i).ToString() : IdOf(i) },
            { "gender", Genders[i % Genders.Length] },
            { "age", i % 4 == 0 ? (BsonValue)"65" : 20 + (i % 70) },
            { "hypertension", i % 3 == 0 ? (BsonValue)"1" : i % 2 },
            { "heart_disease", i % 2 == 0 ? (BsonValue)true : 0 },
            { "ever_married", i % 2 == 0 ? "Yes" : "no" },
            { "work_type", Work[i % Work.Length] },
            { "Residence_type", i % 2 == 0 ? "Urban" : "rural" },
            { "avg_glucose_level", 80.5 + (i % 150) },
            { "bmi", i % 10 == 0 ? (BsonValue)"N/A" : 22.5 },
            { "smoking_status", Smoking[i % Smoking.Length] },
            { "stroke", 0 },
            { "stroke_risk", 0.72 },
            { "risk_level", "High" },
            { "user_id", i % Every == 7 ? User(i - 1) : User(i) },
            { "created_by", 1 },
            { "assigned_doctor_id", Doctor(i) },
            { "created_at", Day.AddMinutes(i) },
            { "favourite_colour", "blue" },
        };
        if (i % 6 == 0) patient.Remove("created_at");
        if (i % 8 == 0) patient.Remove("gender");
        return patient;
    }

    private BsonDocument Entry(int i) => new()
    {
        { "_id", new ObjectId(string.Create(CultureInfo.InvariantCulture, $"67509401{i:x16}")) },
        { "patient_id", i % Every == 5 ? "no such patient" : Named(i) },
        { "record_date", i % 3 == 0 ? (BsonValue)"2025-12-04T09:30:00Z" : Day.AddHours(i) },
        { "diagnosis", "Hypertension Stage 2" },
        { "treatment", "Amlodipine 10mg daily" },
        { "notes", i % 2 == 0 ? BsonNull.Value : "Blood pressure 160/95" },
        { "recorded_by", i % 2 == 0 ? (BsonValue)"2" : 2 },
        { "recorded_by_name", "Dr. John Smith" },
        { "created_at", Day },
    };

    private BsonDocument Appointment(int i)
    {
        // Every tenth but one asks for the time that the one before it has.
        var slot = i % 10 == 4 ? i - 1 : i;
        var date = new DateOnly(2026, 1, 5).AddDays(slot / (Doctors * 16));
        return new()
        {
            { "_id", new ObjectId(string.Create(CultureInfo.InvariantCulture, $"67509402{i:x16}")) },
            { "patient_id", Named(i) },
            { "doctor_id", (slot % Doctors + 2).ToString(CultureInfo.InvariantCulture) },
            { "appointment_date", i % Every == 9 ? "10/12/2025" : date.ToString(i % 7 == 0 ? "yyyy/MM/dd" : "yyyy-MM-dd", CultureInfo.InvariantCulture) },
            { "appointment_time", Time(slot).ToString(i % 5 == 0 ? "h:mm tt" : "HH:mm", CultureInfo.InvariantCulture) },
            { "reason", "Follow-up stroke risk assessment" },
            { "urgency", i % 2 == 0 ? "routine" : "Urgent" },
            { "status", Statuses[Status(i)] },
            { "notes", "Review latest blood pressure readings" },
            { "created_at", Day },
            { "updated_at", Day },
        };
    }

    // By id as text, by ObjectId or by the account, as older versions did.
    private static BsonValue Named(int i) => (i % 3) switch
    {
        0 => IdOf(i).ToString(),
        1 => IdOf(i),
        _ => User(i).ToString(CultureInfo.InvariantCulture),
    };

    private static TimeOnly Time(int slot) => new TimeOnly(9, 0).AddMinutes(30 * (slot / Doctors % 16));

    private static int Status(int i) => i % 10 == 3 || i % 10 == 4 ? 0 : i / 7 % Statuses.Length;

    // Its patient names the account of another, or nobody can read its date.
    private static bool IsLost(int i) => i % Every is 7 or 9;

    private static int User(int i) => 1000 + i;

    private static BsonValue Doctor(int i) => i % 2 == 0 ? (i % Doctors + 2).ToString(CultureInfo.InvariantCulture) : (BsonValue)(i % Doctors + 2);

    private int Count(int remainder) => Enumerable.Range(0, size).Count(i => i % Every == remainder);

    private static CreateIndexModel<BsonDocument> Index(string field, int order) => new(new BsonDocumentIndexKeysDefinition<BsonDocument>(new(field, order)));

    private static async Task InsertAsync(IMongoCollection<BsonDocument> collection, IEnumerable<BsonDocument> documents, CancellationToken ct)
    {
        foreach (var batch in documents.Chunk(1000)) await collection.InsertManyAsync(batch, null, ct);
    }
}
