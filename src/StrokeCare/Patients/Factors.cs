using System.Reflection;
using System.Text.Json.Serialization;

namespace StrokeCare.Patients;

public enum Gender
{
    Male,
    Female,
    Other,
}

public enum WorkType
{
    Private,
    [JsonStringEnumMemberName("Self-employed")]
    SelfEmployed,
    [JsonStringEnumMemberName("Govt_job")]
    GovtJob,
    [JsonStringEnumMemberName("children")]
    Children,
    [JsonStringEnumMemberName("Never_worked")]
    NeverWorked,
}

public enum ResidenceType
{
    Urban,
    Rural,
}

public enum SmokingStatus
{
    [JsonStringEnumMemberName("never smoked")]
    NeverSmoked,
    [JsonStringEnumMemberName("formerly smoked")]
    FormerlySmoked,
    [JsonStringEnumMemberName("smokes")]
    Smokes,

    /// <summary>Asked and not known; a patient nobody asked has no smoking status at all.</summary>
    Unknown,
}

/// <summary>The one spelling in which a value is stored and sent; input matches it whatever its case and outer blanks.</summary>
public static class Spelling
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Spellings[value];

    public static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum => Table<T>.Values.TryGetValue(text?.Trim() ?? "", out value);

    /// <summary>All canonical spellings, for messages and schemas.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Table<T>.Spellings.Values;

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Spellings = Enum.GetValues<T>().ToDictionary(v => v, Canonical);

        public static readonly Dictionary<string, T> Values = WithAliases(Spellings.ToDictionary(p => p.Value, p => p.Key, StringComparer.OrdinalIgnoreCase));

        private static string Canonical(T value) =>
            typeof(T).GetField(value.ToString())?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.ToString();

        // Kaggle's description of the data set says "Govt_jov"; documents in the wild repeat it.
        private static Dictionary<string, T> WithAliases(Dictionary<string, T> values)
        {
            if (values.TryGetValue("Govt_job", out var job)) values["Govt_jov"] = job;
            return values;
        }
    }
}
