using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Mongo.Patients;

/// <summary>
/// The queries of a list and the indexes that serve them: equalities first, then the order of the page, then age, which
/// is filtered within the index, so that only the documents of the page are read.
/// </summary>
internal static class PatientIndexes
{
    /// <summary>Of those whose review is overdue.</summary>
    public const string Review = "review";

    /// <summary>Of those whose level of risk changed.</summary>
    public const string LevelChanged = "level_changed";

    private const string List = "list";
    private const string ListOfDoctor = "list_doctor";
    private const string ListOfRisk = "list_risk";
    private const string ListOfDoctorAndRisk = "list_doctor_risk";

    private static IndexKeysDefinitionBuilder<BsonDocument> Keys => Builders<BsonDocument>.IndexKeys;

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public static IReadOnlyList<CreateIndexModel<BsonDocument>> OfPatients { get; } =
    [
        Page(List, Keys.Combine()),
        Page(ListOfDoctor, Keys.Ascending(PatientFields.AssignedDoctorId)),
        Page(ListOfRisk, Keys.Ascending(PatientFields.RiskLevel)),
        Page(ListOfDoctorAndRisk, Keys.Ascending(PatientFields.AssignedDoctorId).Ascending(PatientFields.RiskLevel)),
        PatientSearches.Model,
        Dated(Review, PatientFields.NextReviewOn),
        Dated(LevelChanged, PatientFields.RiskLevelChangedAt),
        new(Keys.Ascending(PatientFields.UserId), new CreateIndexOptions { Name = "user" }),
        new(Keys.Ascending(PatientFields.CreatedBy), new CreateIndexOptions { Name = "created_by" }),
        new(Keys.Descending(PatientFields.CreatedAt), new CreateIndexOptions { Name = "created_at" }),
        PendingFields.Index,
    ];

    public static IReadOnlyList<CreateIndexModel<BsonDocument>> OfUniqueKeys { get; } =
    [
        new(Keys.Ascending("at"), new CreateIndexOptions { Name = "at" }),
    ];

    /// <summary>Documents of an older system, which do not say whether they are archived; a list does not see them until they say no.</summary>
    public static FilterDefinition<BsonDocument> Unmarked => Filter.Eq(PatientFields.Archived, BsonNull.Value);

    /// <summary>Which documents a list shows.</summary>
    public static FilterDefinition<BsonDocument> Query(PatientFilter filter)
    {
        var query = Filter.Eq(PatientFields.Archived, (BsonBoolean)filter.Archived);
        if (filter.AssignedDoctorId is { } doctor) query &= Filter.Eq(PatientFields.AssignedDoctorId, doctor.Value);
        if (filter.RiskLevel is { } level) query &= Filter.Eq(PatientFields.RiskLevel, level.ToWire());
        if (filter.MinAge is { } least) query &= Filter.Gte(PatientFields.Age, least);
        if (filter.MaxAge is { } most) query &= Filter.Lte(PatientFields.Age, most);
        if (filter.Before is { } before) query &= Filter.Lt(PatientFields.Id, before.Value.ObjectId());
        return query;
    }

    /// <summary>
    /// The index of such a list, to be named in the query: it alone has exactly these equalities before the order. A
    /// planner left to itself may start with the ids below the page, and read and sort them all.
    /// </summary>
    public static string Of(PatientFilter filter) => (filter.AssignedDoctorId, filter.RiskLevel) switch
    {
        (null, null) => List,
        (_, null) => ListOfDoctor,
        (null, _) => ListOfRisk,
        _ => ListOfDoctorAndRisk,
    };

    private static CreateIndexModel<BsonDocument> Dated(string name, string field) => new(
        Keys.Ascending(PatientFields.AssignedDoctorId).Ascending(PatientFields.Archived).Ascending(field).Ascending(PatientFields.Id), new CreateIndexOptions { Name = name });

    private static CreateIndexModel<BsonDocument> Page(string name, IndexKeysDefinition<BsonDocument> equalities) => new(
        Keys.Combine(equalities, Keys.Ascending(PatientFields.Archived), Keys.Descending(PatientFields.Id), Keys.Ascending(PatientFields.Age)),
        new CreateIndexOptions { Name = name });
}
