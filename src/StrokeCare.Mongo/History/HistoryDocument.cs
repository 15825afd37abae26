using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.History;

/// <summary>Field names in <c>medical_history</c>: the seed's, and ours beside them.</summary>
internal static class HistoryFields
{
    public const string Id = "_id";

    /// <summary>As text, 24 hex digits: the seed's documents have it so.</summary>
    public const string PatientId = "patient_id";

    public const string RecordDate = "record_date";
    public const string Diagnosis = "diagnosis";
    public const string Treatment = "treatment";
    public const string Notes = "notes";
    public const string RecordedBy = "recorded_by";
    public const string RecordedByName = "recorded_by_name";
    public const string CreatedAt = "created_at";
    public const string EnteredInError = "entered_in_error";

    /// <summary>Absent while there are none.</summary>
    public const string Amendments = "amendments";

    /// <summary>What the entry is found by; absent in what an older version or another system wrote.</summary>
    public const string SearchTerms = "search_terms";

    public const string Version = PendingFields.Version;
}

/// <summary>An entry as a document. An amendment is pushed, never written over another; what we do not know stays.</summary>
internal static class HistoryDocument
{
    public static BsonDocument New(HistoryEntry entry, Change change, ObjectId write, DateTimeOffset now)
    {
        var document = new BsonDocument { { HistoryFields.Id, entry.Id.Value.ObjectId() }, { HistoryFields.PatientId, entry.PatientId.ToString() } }
            .AddKnown(All(entry));
        if (entry.Amendments.Count > 0) document.Add(HistoryFields.Amendments, new BsonArray(entry.Amendments.Select(Of)));
        ChangeDocument.AddTo(document, change, write, now);
        return document;
    }

    /// <summary>All of our fields but those that say whose it is, and its amendments; null means that the field is absent.</summary>
    public static IEnumerable<(string Name, BsonValue? Value)> All(HistoryEntry entry) =>
    [
        .. Text(entry.Text),
        (HistoryFields.RecordedBy, BsonFields.Of(entry.RecordedBy)),
        (HistoryFields.RecordedByName, BsonFields.Of(entry.RecordedByName)),
        (HistoryFields.CreatedAt, BsonFields.Of(entry.CreatedAt)),
        .. State(entry),
    ];

    public static UpdateDefinition<BsonDocument> Next(HistoryEntry next, Change change, ObjectId write, DateTimeOffset now)
    {
        var update = Builders<BsonDocument>.Update;
        var parts = Text(next.Text).Concat(State(next)).Select(BsonFields.Set);
        return update.Combine([.. parts, update.Push(HistoryFields.Amendments, Of(next.Amendments[^1])), ChangeDocument.Push(change, write, now)]);
    }

    public static HistoryEntry Read(BsonDocument document)
    {
        var id = document[HistoryFields.Id].AsObjectId.ClinicalId();
        var createdAt = document.Time(HistoryFields.CreatedAt) ?? DateTimeOffset.FromUnixTimeSeconds(id.Seconds);
        return new HistoryEntry
        {
            Id = new(id),
            PatientId = PatientId.TryParse(document.Text(HistoryFields.PatientId), out var patient) ? patient : throw new InvalidDataException($"The history entry {id} names no patient."),
            Version = document.Whole(HistoryFields.Version) ?? 0,
            Text = ReadText(document, createdAt),
            RecordedBy = document.User(HistoryFields.RecordedBy),
            RecordedByName = document.Text(HistoryFields.RecordedByName),
            CreatedAt = createdAt,
            EnteredInError = document.Bool(HistoryFields.EnteredInError) ?? false,
            Amendments = document.TryGetValue(HistoryFields.Amendments, out var amendments) && amendments is BsonArray array
                ? [.. array.OfType<BsonDocument>().Select(amendment => ReadAmendment(amendment, createdAt))]
                : [],
        };
    }

    private static BsonDocument Of(HistoryAmendment amendment) => new BsonDocument().AddKnown(
    [
        (HistoryFields.Version, (BsonInt64)amendment.Version),
        ("amended_by", BsonFields.Of(amendment.AmendedBy)),
        ("amended_by_name", BsonFields.Of(amendment.AmendedByName)),
        ("amended_at", BsonFields.Of(amendment.AmendedAt)),
        ("reason", amendment.Reason),
        (HistoryFields.EnteredInError, (BsonBoolean)amendment.EnteredInError),
        ("before", new BsonDocument().AddKnown(Text(amendment.Before))),
    ]);

    private static HistoryAmendment ReadAmendment(BsonDocument document, DateTimeOffset createdAt) => new()
    {
        Version = document.Whole(HistoryFields.Version) ?? 0,
        AmendedBy = document.User("amended_by"),
        AmendedByName = document.Text("amended_by_name"),
        AmendedAt = document.Time("amended_at") ?? createdAt,
        Reason = document.Text("reason") ?? "",
        EnteredInError = document.Bool(HistoryFields.EnteredInError) ?? false,
        Before = ReadText(document.TryGetValue("before", out var before) && before is BsonDocument text ? text : [], createdAt),
    };

    public static HistoryText ReadText(BsonDocument document, DateTimeOffset createdAt) => new()
    {
        Diagnosis = document.Text(HistoryFields.Diagnosis) ?? "",
        Treatment = document.Text(HistoryFields.Treatment),
        Notes = document.Text(HistoryFields.Notes),
        RecordDate = document.Time(HistoryFields.RecordDate) ?? createdAt,
    };

    private static IEnumerable<(string Name, BsonValue? Value)> Text(HistoryText text) =>
    [
        (HistoryFields.RecordDate, BsonFields.Of(text.RecordDate)),
        (HistoryFields.Diagnosis, text.Diagnosis),
        (HistoryFields.Treatment, BsonFields.Of(text.Treatment)),
        (HistoryFields.Notes, BsonFields.Of(text.Notes)),
    ];

    private static IEnumerable<(string Name, BsonValue? Value)> State(HistoryEntry entry) =>
    [
        (HistoryFields.EnteredInError, (BsonBoolean)entry.EnteredInError),
        (HistoryFields.Version, (BsonInt64)entry.Version),
        (HistoryFields.SearchTerms, BsonFields.Of(HistoryTerms.Of(entry.Text))),
    ];
}
