using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Mongo.Patients;

/// <summary>Field names in <c>patients</c>: the seed's, and ours beside them.</summary>
internal static class PatientFields
{
    public const string Id = "_id";
    public const string Age = "age";
    public const string AssignedDoctorId = "assigned_doctor_id";
    public const string StrokeRisk = "stroke_risk";
    public const string RiskLevel = "risk_level";
    public const string Risk = "risk";
    public const string Mrn = "mrn";
    public const string NextReviewOn = "next_review_on";
    public const string PreviousRiskLevel = "previous_risk_level";
    public const string RiskLevelChangedAt = "risk_level_changed_at";

    /// <summary>MRNs the record had before and whose claims it keeps, since none is given to another; absent when there are none.</summary>
    public const string FormerMrns = "former_mrns";

    /// <summary>What the record is found by, an array; derived from the record in each of its writes.</summary>
    public const string SearchTerms = "search_terms";

    public const string UserId = "user_id";
    public const string SourceKey = "source_key";
    public const string CreatedAt = "created_at";
    public const string UpdatedAt = "updated_at";
    public const string CreatedBy = "created_by";
    public const string ArchivedAt = "archived_at";
    public const string Version = PendingFields.Version;

    /// <summary>Whether archived_at is set, on every document: an equality before the order of a page, where a range or an absent field would make the engine walk from the first key.</summary>
    public const string Archived = "archived";

    /// <summary>The value of <see cref="Archived"/> that marks an id refused for ever: neither a current record nor an archived one.</summary>
    public const string Never = "never";

    public const string RefusedAt = "refused_at";
}

/// <summary>A patient as a document. Written field by field, never replaced: what we do not know stays.</summary>
internal static class PatientDocument
{
    public static BsonDocument New(Patient patient, Change change, ObjectId write, DateTimeOffset now)
    {
        var document = new BsonDocument(PatientFields.Id, patient.Id.Value.ObjectId()).AddKnown(All(patient));
        ChangeDocument.AddTo(document, change, write, now);
        return document;
    }

    /// <summary>Keeps any record from being added under this id, and is itself none.</summary>
    public static BsonDocument Refused(ObjectId id, DateTimeOffset now) => new()
    {
        { PatientFields.Id, id },
        { PatientFields.Archived, PatientFields.Never },
        { PatientFields.RefusedAt, BsonFields.Of(now) },
    };

    public static bool IsRefused(BsonDocument document) => document.GetValue(PatientFields.Archived, BsonNull.Value) == PatientFields.Never;

    public static UpdateDefinition<BsonDocument> Next(Patient next, Change change, ObjectId write, DateTimeOffset now)
    {
        var update = Builders<BsonDocument>.Update;
        var parts = new List<UpdateDefinition<BsonDocument>>(48);
        foreach (var (name, value) in Fields(next))
            parts.Add(value is null ? update.Unset(name) : update.Set(name, value));
        parts.Add(ChangeDocument.Push(change, write, now));
        return update.Combine(parts);
    }

    /// <summary>What a change of the MRN writes beside <see cref="Next"/>, in the same step.</summary>
    public static UpdateDefinition<BsonDocument> Former(string mrn) => Builders<BsonDocument>.Update.AddToSet(PatientFields.FormerMrns, mrn);

    public static Patient Read(BsonDocument document)
    {
        var id = document[PatientFields.Id].AsObjectId.ClinicalId();
        var createdAt = document.Time(PatientFields.CreatedAt) ?? DateTimeOffset.FromUnixTimeSeconds(id.Seconds);
        var updatedAt = document.Time(PatientFields.UpdatedAt) ?? createdAt;
        return new Patient
        {
            Id = new PatientId(id),
            Version = document.Whole(PatientFields.Version) ?? 0,
            Details = Details(document),
            UserId = document.User(PatientFields.UserId),
            SourceKey = document.Text(PatientFields.SourceKey),
            Risk = RiskDocument.Read(document, updatedAt),
            PreviousRiskLevel = document.Enum<RiskLevel>(PatientFields.PreviousRiskLevel, RiskLevels.TryParse),
            RiskLevelChangedAt = document.Time(PatientFields.RiskLevelChangedAt),
            CreatedBy = document.User(PatientFields.CreatedBy),
            AssignedDoctorId = document.User(PatientFields.AssignedDoctorId),
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
            ArchivedAt = document.Time(PatientFields.ArchivedAt),
        };
    }

    public static PatientSummary ReadSummary(BsonDocument document)
    {
        var id = document[PatientFields.Id].AsObjectId.ClinicalId();
        var createdAt = document.Time(PatientFields.CreatedAt) ?? DateTimeOffset.FromUnixTimeSeconds(id.Seconds);
        return new PatientSummary
        {
            Id = new PatientId(id),
            Version = document.Whole(PatientFields.Version) ?? 0,
            Mrn = document.Text(PatientFields.Mrn),
            FirstName = document.Text("first_name"),
            LastName = document.Text("last_name"),
            Gender = document.Enum<Gender>("gender", Spelling.TryParse),
            Age = document.Number(PatientFields.Age),
            DateOfBirth = document.Day("date_of_birth"),
            StrokeRisk = document.Number(PatientFields.StrokeRisk),
            RiskLevel = document.Enum<RiskLevel>(PatientFields.RiskLevel, RiskLevels.TryParse) ?? RiskLevel.NotAssessed,
            AssignedDoctorId = document.User(PatientFields.AssignedDoctorId),
            NextReviewOn = document.Day(PatientFields.NextReviewOn),
            CreatedAt = createdAt,
            UpdatedAt = document.Time(PatientFields.UpdatedAt) ?? createdAt,
        };
    }

    /// <summary>Of a document that says when its level changed.</summary>
    public static LevelChange ReadLevelChange(BsonDocument document) => new(
        ReadSummary(document),
        document.Enum<RiskLevel>(PatientFields.PreviousRiskLevel, RiskLevels.TryParse) ?? RiskLevel.NotAssessed,
        document.Time(PatientFields.RiskLevelChangedAt)!.Value);

    /// <summary>All of our fields; null means that the field is absent.</summary>
    public static IEnumerable<(string Name, BsonValue? Value)> All(Patient patient) => Fields(patient).Concat(Origin(patient));

    /// <summary>All that a change may change, in the seed's order first; null means the field is absent.</summary>
    private static IEnumerable<(string Name, BsonValue? Value)> Fields(Patient patient)
    {
        var details = patient.Details;
        return
        [
            ("gender", BsonFields.Of(Spelled(details.Gender))),
            (PatientFields.Age, BsonFields.Of(details.Age)),
            ("hypertension", BsonFields.Flag(details.Hypertension)),
            ("heart_disease", BsonFields.Flag(details.HeartDisease)),
            ("ever_married", BsonFields.YesNo(details.EverMarried)),
            ("work_type", BsonFields.Of(Spelled(details.WorkType))),
            ("Residence_type", BsonFields.Of(Spelled(details.ResidenceType))),
            ("avg_glucose_level", BsonFields.Of(details.AvgGlucoseLevel)),
            ("bmi", BsonFields.Of(details.Bmi)),
            ("smoking_status", BsonFields.Of(Spelled(details.SmokingStatus))),
            ("stroke", BsonFields.Flag(details.Stroke)),
            (PatientFields.StrokeRisk, BsonFields.Of(patient.Risk.Probability)),
            (PatientFields.RiskLevel, patient.Risk.Level.ToWire()),
            (PatientFields.AssignedDoctorId, BsonFields.Of(patient.AssignedDoctorId)),
            (PatientFields.UpdatedAt, BsonFields.Of(patient.UpdatedAt)),
            (PatientFields.Mrn, BsonFields.Of(details.Mrn)),
            ("first_name", BsonFields.Of(details.FirstName)),
            ("last_name", BsonFields.Of(details.LastName)),
            ("date_of_birth", BsonFields.Of(details.DateOfBirth)),
            ("phone", BsonFields.Of(details.Phone)),
            ("email", BsonFields.Of(details.Email)),
            (PatientFields.UserId, BsonFields.Of(patient.UserId)),
            (PatientFields.NextReviewOn, BsonFields.Of(details.NextReviewOn)),
            ("sbp", BsonFields.Of(details.Sbp)),
            ("bp_treated", BsonFields.Flag(details.BpTreated)),
            ("diabetes", BsonFields.Flag(details.Diabetes)),
            ("atrial_fibrillation", BsonFields.Flag(details.AtrialFibrillation)),
            ("lvh", BsonFields.Flag(details.Lvh)),
            ("prior_cvd", BsonFields.Flag(details.PriorCvd)),
            ("extra", ExtraFields.Of(details.Extra)),
            (PatientFields.PreviousRiskLevel, BsonFields.Of(patient.PreviousRiskLevel?.ToWire())),
            (PatientFields.RiskLevelChangedAt, BsonFields.Of(patient.RiskLevelChangedAt)),
            (PatientFields.Risk, RiskDocument.Of(patient.Risk)),
            (PatientFields.ArchivedAt, BsonFields.Of(patient.ArchivedAt)),
            (PatientFields.Archived, (BsonBoolean)patient.IsArchived),
            (PatientFields.SearchTerms, BsonFields.Of(SearchTerms.Of(patient))),
            (PatientFields.Version, (BsonInt64)patient.Version),
        ];
    }

    /// <summary>What a record keeps from its first day to its last.</summary>
    private static IEnumerable<(string Name, BsonValue? Value)> Origin(Patient patient) =>
    [
        (PatientFields.CreatedBy, BsonFields.Of(patient.CreatedBy)),
        (PatientFields.CreatedAt, BsonFields.Of(patient.CreatedAt)),
        (PatientFields.SourceKey, BsonFields.Of(patient.SourceKey)),
    ];

    private static PatientDetails Details(BsonDocument document) => new()
    {
        Gender = document.Enum<Gender>("gender", Spelling.TryParse),
        Age = document.Number(PatientFields.Age),
        DateOfBirth = document.Day("date_of_birth"),
        Hypertension = document.Bool("hypertension"),
        HeartDisease = document.Bool("heart_disease"),
        EverMarried = document.Bool("ever_married"),
        WorkType = document.Enum<WorkType>("work_type", Spelling.TryParse),
        ResidenceType = document.Enum<ResidenceType>("Residence_type", Spelling.TryParse),
        AvgGlucoseLevel = document.Number("avg_glucose_level"),
        Bmi = document.Number("bmi"),
        SmokingStatus = document.Enum<SmokingStatus>("smoking_status", Spelling.TryParse),
        Stroke = document.Bool("stroke"),
        Mrn = document.Text(PatientFields.Mrn),
        FirstName = document.Text("first_name"),
        LastName = document.Text("last_name"),
        Phone = document.Text("phone"),
        Email = document.Text("email"),
        NextReviewOn = document.Day(PatientFields.NextReviewOn),
        Sbp = document.Number("sbp"),
        BpTreated = document.Bool("bp_treated"),
        Diabetes = document.Bool("diabetes"),
        AtrialFibrillation = document.Bool("atrial_fibrillation"),
        Lvh = document.Bool("lvh"),
        PriorCvd = document.Bool("prior_cvd"),
        Extra = ExtraFields.Read(document, "extra"),
    };

    private static string? Spelled<T>(T? value)
        where T : struct, Enum => value is { } named ? Spelling.Of(named) : null;
}
