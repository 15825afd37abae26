using System.Globalization;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>One thing that says who somebody is, on the form that corrects it.</summary>
internal sealed record IdentityField(string Name, Func<PatientDetails, string?> Stored, Func<IdentityInput, string?> Get, Action<IdentityInput, string?> Put) : IRecordField<IdentityInput>
{
    /// <summary>In the order of the form. An age stands in it only where the date of birth is not known.</summary>
    public static IReadOnlyList<IdentityField> All { get; } =
    [
        new("first_name", d => d.FirstName, i => i.FirstName, (i, text) => i.FirstName = text),
        new("last_name", d => d.LastName, i => i.LastName, (i, text) => i.LastName = text),
        new("date_of_birth", d => TypedDate.TextOf(d.DateOfBirth), i => new TypedDate(i.BirthDay, i.BirthMonth, i.BirthYear).Text, (i, text) => (i.BirthDay, i.BirthMonth, i.BirthYear) = TypedDate.Of(text)),
        new("age", d => d.DateOfBirth is null ? d.Age?.ToString(CultureInfo.InvariantCulture) : null, i => i.Age, (i, text) => i.Age = text),
        new("gender", d => d.Gender is { } gender ? Spelling.Of(gender) : null, i => i.Gender, (i, text) => i.Gender = text),
        new("mrn", d => d.Mrn, i => i.Mrn, (i, text) => i.Mrn = text),
        new("phone", d => d.Phone, i => i.Phone, (i, text) => i.Phone = text),
        new("email", d => d.Email, i => i.Email, (i, text) => i.Email = text),
    ];

    public string Label => Identity.Labels[Name];

    public string? StoredIn(PatientDetails details) => Stored(details);

    public string? Of(IdentityInput input) => Get(input);

    public void Set(IdentityInput input, string? value) => Put(input, value);

    public string InWords(string? value) => string.IsNullOrWhiteSpace(value) ? Words.Unknown : value;
}
