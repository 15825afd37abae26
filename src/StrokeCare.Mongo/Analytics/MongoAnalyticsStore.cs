using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Mongo.Appointments;
using StrokeCare.Mongo.Patients;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Mongo.Analytics;

/// <summary>
/// One aggregation for each answer. They alone go where MONGO_URI prefers reads to go: a count from a secondary may be older
/// than the last acknowledged write, which no record may be. Spellings of an older system fall into the group that they mean.
/// </summary>
internal sealed class MongoAnalyticsStore(PatientCollection patients, AppointmentCollection appointments) : IAnalyticsStore
{
    private const string Count = "count", Age = "age", Risk = "risk", Band = "band", Date = "date", Status = "status";

    private static readonly string[] Traits = ["gender", "smoking_status", "hypertension", "heart_disease", "diabetes", "atrial_fibrillation", "stroke"];

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public async Task<IReadOnlyList<RiskGroup>> RiskGroupsAsync(UserId? doctor, CancellationToken ct)
    {
        var found = await AskAsync(doctor, RiskGroups(), ct);
        return [.. found.GroupBy(group => group.Enum<RiskLevel>(PatientFields.Id, RiskLevels.TryParse) ?? RiskLevel.NotAssessed).Select(Merged)];
    }

    public async Task<IReadOnlyList<PopulationCell>> PopulationAsync(UserId? doctor, CancellationToken ct) =>
        [.. (await AskAsync(doctor, Cells(), ct)).Select(Cell)];

    public async Task<IReadOnlyList<AppointmentCell>> AppointmentsAsync(UserId? doctor, DateOnly from, DateOnly to, CancellationToken ct)
    {
        var which = Filter.Gte(AppointmentFields.Date, BsonFields.Of(from)) & Filter.Lte(AppointmentFields.Date, BsonFields.Of(to));
        // A doctor's are few and lie together by their beginning; no zone is a day away from UTC.
        if (doctor is { } id) which &= Filter.Eq(AppointmentFields.DoctorId, id.Value) & Filter.Gte(AppointmentFields.StartsAt, BsonFields.Of(from.AddDays(-1).UtcMidnight())) & Filter.Lt(AppointmentFields.StartsAt, BsonFields.Of(to.AddDays(2).UtcMidnight()));
        var group = new BsonDocument
        {
            { PatientFields.Id, new BsonDocument { { Date, $"${AppointmentFields.Date}" }, { Status, $"${AppointmentFields.Status}" } } },
            { Count, new BsonDocument("$sum", 1) },
        };
        var options = new AggregateOptions { Hint = doctor is null ? AppointmentCollection.ByDay : AppointmentCollection.ByDoctor };
        var found = await appointments.Connection.ReadAsync(token => OfAnalytics(appointments.Documents).Aggregate(options).Match(which).Group<BsonDocument>(group).ToListAsync(token), ct);
        return [.. found.Select(Day).OfType<AppointmentCell>()];
    }

    private Task<List<BsonDocument>> AskAsync(UserId? doctor, BsonDocument group, CancellationToken ct)
    {
        var current = Filter.Eq(PatientFields.Archived, BsonBoolean.False);
        if (doctor is { } id) current &= Filter.Eq(PatientFields.AssignedDoctorId, id.Value);
        return patients.Connection.ReadAsync(token => OfAnalytics(patients.Documents).Aggregate().Match(current).Group<BsonDocument>(group).ToListAsync(token), ct);
    }

    private IMongoCollection<BsonDocument> OfAnalytics(IMongoCollection<BsonDocument> documents) => documents.WithReadPreference(patients.Connection.ForAnalytics);

    private static BsonDocument RiskGroups() => new()
    {
        { PatientFields.Id, $"${PatientFields.RiskLevel}" },
        { Count, new BsonDocument("$sum", 1) },
        { Age, new BsonDocument("$avg", $"${PatientFields.Age}") },
        { Risk, new BsonDocument("$avg", $"${PatientFields.StrokeRisk}") },
    };

    private static BsonDocument Cells()
    {
        var traits = new BsonDocument(Band, new BsonDocument("$cond", new BsonArray
        {
            IsNumber(PatientFields.Age),
            new BsonDocument("$add", new BsonArray(AgeBands.Bounds.Select(bound => OneIf(new BsonDocument("$gte", new BsonArray { $"${PatientFields.Age}", bound }))))),
            BsonNull.Value,
        }));
        foreach (var trait in Traits) traits.Add(trait, $"${trait}");
        return new() { { PatientFields.Id, traits }, { Count, new BsonDocument("$sum", 1) } };
    }

    // As many groups as there are spellings of a level, one unless an older system's wait to be adopted. These weigh as many
    // as they are, whoever of them has no age: to count ages as well costs every count half as much again.
    private static RiskGroup Merged(IGrouping<RiskLevel, BsonDocument> groups)
    {
        var counted = groups.Select(group => (Count: group.Whole(Count) ?? 0, Age: group.Number(Age), Risk: group.Number(Risk))).ToList();
        return new(groups.Key, counted.Sum(one => one.Count), Average(one => one.Age), Average(one => one.Risk));

        double? Average(Func<(long Count, double? Age, double? Risk), double?> of)
        {
            var some = counted.Where(one => of(one) is not null).ToList();
            return some.Count == 0 ? null : some.Sum(one => one.Count * of(one)!.Value) / some.Sum(one => one.Count);
        }
    }

    private static PopulationCell Cell(BsonDocument group)
    {
        var traits = group[PatientFields.Id].AsBsonDocument;
        return new(group.Whole(Count) ?? 0)
        {
            AgeBand = (AgeBand?)traits.Whole(Band),
            Gender = traits.Enum<Gender>("gender", Spelling.TryParse),
            SmokingStatus = traits.Enum<SmokingStatus>("smoking_status", Spelling.TryParse),
            Hypertension = traits.Bool("hypertension"),
            HeartDisease = traits.Bool("heart_disease"),
            Diabetes = traits.Bool("diabetes"),
            AtrialFibrillation = traits.Bool("atrial_fibrillation"),
            Stroke = traits.Bool("stroke"),
        };
    }

    // What an older system spelled otherwise and nobody has adopted yet is of no status that could be counted.
    private static AppointmentCell? Day(BsonDocument group)
    {
        var key = group[PatientFields.Id].AsBsonDocument;
        return key.Day(Date) is { } date && key.Enum<AppointmentStatus>(Status, Spelling.TryParse) is { } status ? new(date, status, group.Whole(Count) ?? 0) : null;
    }

    private static BsonDocument OneIf(BsonDocument condition) => new("$cond", new BsonArray { condition, 1, 0 });

    private static BsonDocument IsNumber(string field) => new("$isNumber", $"${field}");
}
