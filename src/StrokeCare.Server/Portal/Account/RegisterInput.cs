using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>The form with which somebody makes their account and record, as typed.</summary>
public sealed class RegisterInput
{
    public string? Username { get; set; }

    public string? Password { get; set; }

    public string? Email { get; set; }

    public string? FirstName { get; set; }

    public string? LastName { get; set; }

    public string? BirthDay { get; set; }

    public string? BirthMonth { get; set; }

    public string? BirthYear { get; set; }

    public string? Gender { get; set; }

    public string? Phone { get; set; }

    public string? Hypertension { get; set; }

    public string? BpTreated { get; set; }

    public string? Sbp { get; set; }

    public string? HeartDisease { get; set; }

    public string? PriorCvd { get; set; }

    public string? AtrialFibrillation { get; set; }

    public string? Diabetes { get; set; }

    public string? Glucose { get; set; }

    public string? Smoking { get; set; }

    public string? Stroke { get; set; }

    /// <summary>Made with the form: sent twice, it registers once.</summary>
    public string? Key { get; set; }

    internal SelfRegister ToCommand(TypedValues typed) => new()
    {
        Username = typed.Required("username", Username),
        Password = typed.Required("password", Password),
        Email = typed.Required("email", Email),
        FirstName = typed.Required("first_name", FirstName),
        LastName = typed.Required("last_name", LastName),
        DateOfBirth = Birth(typed),
        Gender = Spelling.TryParse<Gender>(Gender, out var gender) ? gender : Missing(typed),
        Phone = TypedValues.Text(Phone),
        Hypertension = TypedValues.YesNo(Hypertension),
        BpTreated = TypedValues.YesNo(BpTreated),
        Sbp = typed.Number("sbp", Sbp),
        HeartDisease = TypedValues.YesNo(HeartDisease),
        PriorCvd = TypedValues.YesNo(PriorCvd),
        AtrialFibrillation = TypedValues.YesNo(AtrialFibrillation),
        Diabetes = TypedValues.YesNo(Diabetes),
        AvgGlucoseLevel = typed.Number("avg_glucose_level", Glucose),
        SmokingStatus = Spelling.TryParse<SmokingStatus>(Smoking, out var smoking) ? smoking : null,
        Stroke = TypedValues.YesNo(Stroke),
    };

    private DateOnly? Birth(TypedValues typed)
    {
        var birth = typed.Date("date_of_birth", new(BirthDay, BirthMonth, BirthYear));
        if (birth is null && !typed.Faults.ContainsKey("date_of_birth")) typed.Fault("date_of_birth", "is required.");
        return birth;
    }

    private static Gender? Missing(TypedValues typed)
    {
        typed.Fault("gender", "is required.");
        return null;
    }
}
