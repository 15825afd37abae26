using System.Globalization;
using System.Security.Cryptography;
using MongoDB.Bson;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Adoption;

/// <summary>
/// A document of an older system on its way to be one of ours. What is unreadable, or would be lost in another type, is
/// kept under <c>legacy</c>; what we do not know stays where it is.
/// </summary>
internal sealed class Legacy(string collection, BsonDocument original)
{
    private const string Kept = "legacy";

    private readonly BsonDocument kept = original.GetValue(Kept, BsonNull.Value) as BsonDocument ?? [];

    public BsonDocument Original => original;

    /// <summary>The one it has, or, where that is none of ours, one that follows from it: each try to adopt finds the same.</summary>
    public ObjectId Id { get; } = IdOf(collection, original["_id"]);

    public bool HasOwnId => original["_id"] == Id;

    /// <summary>As it is told in reports.</summary>
    public string Name => original["_id"].ToString()!;

    public List<string> Findings { get; } = [];

    /// <summary>Why it cannot be adopted; null when it can.</summary>
    public string? Fault { get; set; }

    public static ObjectId IdOf(string collection, BsonValue id)
    {
        if (id is BsonObjectId own) return own.Value;
        if (id is BsonString text && ClinicalId.TryParse(text.Value, out var parsed)) return parsed.ObjectId();
        return new(SHA256.HashData(new BsonDocument { { "collection", collection }, { "id", id is BsonString ? id : id.ToString() } }.ToBson())[..ClinicalId.Length]);
    }

    /// <summary>The value of a field, whatever the case of its name.</summary>
    public BsonValue Value(string field)
    {
        if (original.TryGetValue(field, out var value)) return value;
        var other = original.Names.FirstOrDefault(name => string.Equals(name, field, StringComparison.OrdinalIgnoreCase));
        return other is null ? BsonNull.Value : original[other];
    }

    /// <summary>Under a field's name what <paramref name="read"/> makes of it; what it cannot read is kept aside and counts as not known.</summary>
    public T? Read<T>(string field, Func<BsonValue, T?> read)
    {
        var value = Value(field);
        if (value.IsBsonNull) return default;
        if (value is BsonString { Value: var text } && LegacyWords.IsNothing(text))
        {
            Keep(field, value, "empty");
            return default;
        }

        var result = read(value);
        if (result is null) Keep(field, value, "unreadable");
        return result;
    }

    /// <summary>A word of ours, from one that means it; told as a finding when it was not ours already.</summary>
    public T? Word<T>(string field)
        where T : struct, Enum => Read<T?>(field, value =>
        {
            if (Spelling.TryParse<T>(value.ToString(), out var known))
            {
                if (Spelling.Of(known) != value.ToString()) Find($"{field}.spelling");
                return known;
            }

            if (LegacyWords.TryRead<T>(value.ToString()!, out var meant)) Keep(field, value, "spelling");
            else return null;
            return meant;
        });

    public double? Number(string field) => Read(field, value =>
    {
        if (value is BsonString) Find($"{field}.type");
        return new BsonDocument(field, value is BsonString text ? text.Value.Trim().Replace(',', '.') : value).Number(field);
    });

    /// <summary>An account's number, as a number or as text.</summary>
    public UserId? User(string field) => Read<UserId?>(field, value =>
    {
        if (value is BsonString) Find($"{field}.type");
        return new BsonDocument(field, value).User(field) is { Value: > 0 } user ? user : null;
    });

    public bool? Flag(string field) => Read(field, value =>
    {
        if (value is not (BsonInt32 or BsonBoolean) && field != "ever_married") Find($"{field}.type");
        return new BsonDocument(field, value).Bool(field) ?? LegacyWords.YesOrNo(value.ToString()!);
    });

    public DateTimeOffset? Time(string field) => Read(field, value =>
    {
        if (value is not BsonDateTime) Find($"{field}.type");
        return value is BsonDateTime || LegacyWords.IsIso(value) ? new BsonDocument(field, value).Time(field) : null;
    });

    public string? Text(string field, int most) => Read(field, value =>
    {
        var text = RecordedText.Cut(value.ToString(), most);
        if (text != value.ToString()) Keep(field, value, "cut");
        return text is { Length: > 0 } ? text : null;
    });

    public void Keep(string field, BsonValue value, string what)
    {
        Find($"{field}.{what}");
        kept[field] = value;
    }

    public void Find(string code)
    {
        if (!Findings.Contains(code)) Findings.Add(code);
    }

    /// <summary>The document with these fields of ours in place of its own, and the change that tells of it.</summary>
    public BsonDocument With(IEnumerable<(string Name, BsonValue? Value)> fields)
    {
        var document = (BsonDocument)original.DeepClone();
        document["_id"] = Id;
        if (!HasOwnId) kept["_id"] = original["_id"];
        foreach (var (name, value) in fields)
        {
            if (value is null) document.Remove(name);
            else document[name] = value;
        }

        if (kept.ElementCount > 0) document[Kept] = kept;
        return document;
    }
}

/// <summary>Words of older systems for ours.</summary>
internal static class LegacyWords
{
    private static readonly HashSet<string> Nothing = new(StringComparer.OrdinalIgnoreCase) { "", "n/a", "na", "nan", "none", "null", "-", "?" };

    // Folded; what is spelled like ours but for case, blanks, hyphens and underscores needs no line here.
    private static readonly Dictionary<string, string> Meant = new(StringComparer.Ordinal)
    {
        ["m"] = "Male",
        ["man"] = "Male",
        ["f"] = "Female",
        ["woman"] = "Female",
        ["never"] = "never smoked",
        ["nonsmoker"] = "never smoked",
        ["former"] = "formerly smoked",
        ["exsmoker"] = "formerly smoked",
        ["formersmoker"] = "formerly smoked",
        ["smoker"] = "smokes",
        ["currentsmoker"] = "smokes",
        ["current"] = "smokes",
        ["government"] = "Govt_job",
        ["govt"] = "Govt_job",
        ["governmentjob"] = "Govt_job",
        ["child"] = "children",
        ["city"] = "Urban",
        ["country"] = "Rural",
        ["canceled"] = "cancelled",
        ["confirmed"] = "scheduled",
        ["booked"] = "scheduled",
        ["pending"] = "scheduled",
        ["done"] = "completed",
        ["finished"] = "completed",
        ["checkedin"] = "arrived",
        ["missed"] = "no_show",
        ["noshow"] = "no_show",
        ["normal"] = "routine",
        ["high"] = "urgent",
        ["critical"] = "emergency",
    };

    public static bool IsNothing(string text) => Nothing.Contains(text.Trim());

    public static bool? YesOrNo(string text) => text.Trim().ToUpperInvariant() switch
    {
        "Y" or "T" or "ON" => true,
        "N" or "F" or "OFF" => false,
        _ => null,
    };

    public static bool TryRead<T>(string text, out T value)
        where T : struct, Enum
    {
        var folded = Fold(text);
        var spelled = Spelling.All<T>().FirstOrDefault(known => Fold(known) == folded) ?? Meant.GetValueOrDefault(folded);
        return Spelling.TryParse(spelled, out value);
    }

    public static DateOnly? Day(BsonValue value)
    {
        if (value is BsonDateTime || IsIso(value)) return new BsonDocument("d", value).Day("d");
        // Where the day comes first only the dots tell; with slashes nobody knows.
        return DateOnly.TryParseExact(value.ToString()!.Trim(), ["yyyy/M/d", "d.M.yyyy", "yyyy-M-d", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }

    /// <summary>The year first: no other order is told by the text alone.</summary>
    public static bool IsIso(BsonValue value) => value is BsonString { Value: [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', '-', _, _, '-', ..] };

    public static TimeOnly? Clock(BsonValue value) =>
        TimeOnly.TryParseExact(value.ToString()!.Trim(), ["H:mm", "H:mm:ss", "h:mm tt", "h:mmtt", "h tt", "H.mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static string Fold(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
