using System.Text.Json;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>What another has changed while somebody had the form open: before, now, and in the form, each in words.</summary>
public sealed record Meanwhile(string Label, string Was, string Now, string Typed)
{
    internal static string Write<TInput>(IReadOnlyList<IRecordField<TInput>> fields, PatientDetails details) =>
        JsonSerializer.Serialize(fields.Select(field => field.StoredIn(details) ?? ""));

    /// <summary>
    /// What has changed since the form was made. What the typist left alone takes the new value; what they typed stays,
    /// whatever the record says by now. A form that does not say what it was made from keeps all that is in it.
    /// </summary>
    internal static IReadOnlyList<Meanwhile> Merge<TInput>(IReadOnlyList<IRecordField<TInput>> fields, TInput typed, PatientDetails now)
        where TInput : IRecordInput
    {
        var was = Read(typed.Was, fields.Count);
        var changed = new List<Meanwhile>();
        foreach (var (index, field) in fields.Index())
        {
            var (before, stored) = (was?[index] ?? field.Of(typed) ?? "", field.StoredIn(now) ?? "");
            if (before == stored) continue;
            if (was is not null && (field.Of(typed) ?? "") == before) field.Set(typed, stored);
            changed.Add(new(field.Label, field.InWords(before), field.InWords(stored), field.InWords(field.Of(typed))));
        }

        return changed;
    }

    // It comes from outside: whatever does not fit says nothing.
    private static string[]? Read(string? was, int count)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(was ?? "null") is { } values && values.Length == count ? values : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
