using System.Security.Cryptography;
using System.Text;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>A new record as staff type it.</summary>
public sealed class NewPatientInput : FactorInput, IIdentityInput
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

    public string? Doctor { get; set; }

    /// <summary>What was compared when somebody said that it is none of those shown: <see cref="Compared"/> of then.</summary>
    public string? Different { get; set; }

    /// <summary>Not empty: only look who it may be, and register nobody.</summary>
    public string? Look { get; set; }

    /// <summary>Made with the form: sent twice, it registers once.</summary>
    public string? Key { get; set; }

    /// <summary>What the typed person is compared by; another name asks again.</summary>
    internal string Compared => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', FirstName, LastName, BirthDay, BirthMonth, BirthYear, Mrn, Phone))));

    /// <summary>Null when nothing is typed yet that two people could have in common.</summary>
    internal FindDuplicates? ToDraft() => new[] { FirstName, LastName, Mrn, Phone }.All(string.IsNullOrWhiteSpace) ? null : new()
    {
        FirstName = TypedValues.Text(FirstName),
        LastName = TypedValues.Text(LastName),
        DateOfBirth = this.ReadBirth(new()),
        Mrn = TypedValues.Text(Mrn),
        Phone = TypedValues.Text(Phone),
    };

    internal RegisterPatient ToCommand(TypedValues typed) => new(this.ReadIdentity(Read(new() { Gender = null }, typed), typed))
    {
        AssignedDoctorId = Api.RouteIds.User(Doctor ?? "")?.Value,
    };
}
