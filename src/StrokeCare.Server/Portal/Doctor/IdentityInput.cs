using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>Who a patient is and how to reach them, as typed.</summary>
public interface IIdentityInput
{
    string? FirstName { get; }

    string? LastName { get; }

    string? BirthDay { get; }

    string? BirthMonth { get; }

    string? BirthYear { get; }

    string? Age { get; }

    string? Gender { get; }

    string? Mrn { get; }

    string? Phone { get; }

    string? Email { get; }
}

/// <summary>The form of who a patient is.</summary>
public sealed class IdentityInput : IIdentityInput, IRecordInput
{
    public string? FirstName { get; set; }

    public string? LastName { get; set; }

    public string? BirthDay { get; set; }

    public string? BirthMonth { get; set; }

    public string? BirthYear { get; set; }

    public string? Age { get; set; }

    public string? Gender { get; set; }

    public string? Mrn { get; set; }

    public string? Phone { get; set; }

    public string? Email { get; set; }

    public string? Version { get; set; }

    public string? Was { get; set; }
}

internal static class Identity
{
    public static IReadOnlyDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["first_name"] = "First name",
        ["last_name"] = "Last name",
        ["date_of_birth"] = "Date of birth",
        ["age"] = "Age",
        ["gender"] = "Gender",
        ["mrn"] = "MRN",
        ["phone"] = "Phone number",
        ["email"] = "E-mail address",
    };

    /// <summary>Who it is as typed, with everything else as <paramref name="others"/> have it.</summary>
    public static PatientDetails ReadIdentity(this IIdentityInput input, PatientDetails others, TypedValues typed) => others with
    {
        FirstName = TypedValues.Text(input.FirstName),
        LastName = TypedValues.Text(input.LastName),
        DateOfBirth = input.ReadBirth(typed),
        Age = typed.Number("age", input.Age),
        Gender = input.ReadGender(typed),
        Mrn = TypedValues.Text(input.Mrn),
        Phone = TypedValues.Text(input.Phone),
        Email = TypedValues.Text(input.Email),
    };

    public static DateOnly? ReadBirth(this IIdentityInput input, TypedValues typed) => typed.Date("date_of_birth", new(input.BirthDay, input.BirthMonth, input.BirthYear));

    private static Gender? ReadGender(this IIdentityInput input, TypedValues typed)
    {
        if (Spelling.TryParse<Gender>(input.Gender, out var gender)) return gender;
        typed.Fault("gender", "is required.");
        return null;
    }
}
