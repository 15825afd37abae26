using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>One field of a form that changes a record: where its text stands in the form, and what the record says.</summary>
internal interface IRecordField<in TInput>
{
    string Label { get; }

    string? Of(TInput input);

    void Set(TInput input, string? value);

    /// <summary>As the form would have it; empty or null is not known.</summary>
    string? StoredIn(PatientDetails details);

    /// <summary>A value as somebody reads it.</summary>
    string InWords(string? value);
}

/// <summary>A form that was made from a version of a record.</summary>
public interface IRecordInput
{
    string? Version { get; set; }

    /// <summary>The values of the form's fields in their order, as the record had them when the form was made.</summary>
    string? Was { get; set; }
}
