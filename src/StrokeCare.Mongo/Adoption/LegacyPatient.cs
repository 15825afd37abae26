using StrokeCare.Mongo.Patients;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Adoption;

/// <summary>A record of an older system: types and spellings are ours, its risk is computed, and what it lacks stays not known.</summary>
internal static class LegacyPatient
{
    public static Patient Read(Legacy legacy, DateTimeOffset now)
    {
        var id = legacy.Id.ClinicalId();
        var createdAt = legacy.Time(PatientFields.CreatedAt) ?? DateTimeOffset.FromUnixTimeSeconds(legacy.HasOwnId ? id.Seconds : now.ToUnixTimeSeconds());
        if (legacy.Value(PatientFields.CreatedAt).IsBsonNull) legacy.Find("created_at.missing");
        var details = Details(legacy);
        foreach (var (field, isMissing) in new[] { ("gender", details.Gender is null), ("age", details.Age is null && details.DateOfBirth is null) })
        {
            if (isMissing) legacy.Find($"{field}.missing");
        }

        // The older system's own answer; the record now has ours.
        foreach (var field in new[] { PatientFields.StrokeRisk, PatientFields.RiskLevel })
        {
            if (legacy.Value(field) is { IsBsonNull: false } computed) legacy.Keep(field, computed, "computed_anew");
        }

        return Patient.Adopt(new PatientId(id), details, now) with
        {
            UserId = legacy.User(PatientFields.UserId),
            SourceKey = legacy.Text(PatientFields.SourceKey, PatientRules.ExtraKeyMaxLength),
            CreatedBy = legacy.User(PatientFields.CreatedBy),
            AssignedDoctorId = legacy.User(PatientFields.AssignedDoctorId),
            CreatedAt = createdAt,
            UpdatedAt = legacy.Time(PatientFields.UpdatedAt) ?? createdAt,
            ArchivedAt = legacy.Time(PatientFields.ArchivedAt) ?? (legacy.Value(PatientFields.Archived) == true ? now.WholeMilliseconds() : null),
        };
    }

    private static PatientDetails Details(Legacy legacy) => new()
    {
        Gender = legacy.Word<Gender>("gender"),
        Age = legacy.Number(PatientFields.Age),
        DateOfBirth = legacy.Read("date_of_birth", LegacyWords.Day),
        Hypertension = legacy.Flag("hypertension"),
        HeartDisease = legacy.Flag("heart_disease"),
        EverMarried = legacy.Flag("ever_married"),
        WorkType = legacy.Word<WorkType>("work_type"),
        ResidenceType = legacy.Word<ResidenceType>("Residence_type"),
        AvgGlucoseLevel = legacy.Number("avg_glucose_level"),
        Bmi = legacy.Number("bmi"),
        SmokingStatus = legacy.Word<SmokingStatus>("smoking_status"),
        Stroke = legacy.Flag("stroke"),
        Mrn = legacy.Text(PatientFields.Mrn, PatientRules.MrnMaxLength),
        FirstName = legacy.Text("first_name", PatientRules.NameMaxLength),
        LastName = legacy.Text("last_name", PatientRules.NameMaxLength),
        Phone = legacy.Text("phone", PatientRules.PhoneMaxLength),
        Email = legacy.Text("email", PatientRules.EmailMaxLength),
        NextReviewOn = legacy.Read("next_review_on", LegacyWords.Day),
        Sbp = legacy.Number("sbp"),
        BpTreated = legacy.Flag("bp_treated"),
        Diabetes = legacy.Flag("diabetes"),
        AtrialFibrillation = legacy.Flag("atrial_fibrillation"),
        Lvh = legacy.Flag("lvh"),
        PriorCvd = legacy.Flag("prior_cvd"),
        Extra = ExtraFields.Read(legacy.Original, "extra"),
    };
}
