using MongoDB.Bson;

namespace StrokeCare.Tests.Crud;

/// <summary>The unified format's comparison: special operators, numbers by value, and further members only at the root of a document.</summary>
internal static class CrudMatching
{
    /// <summary>Null: it matches. Else where and how it does not.</summary>
    public static string? Mismatch(BsonValue expected, BsonValue? actual, bool isRoot = true, string path = "$")
    {
        if (Special(expected) is { } special)
            return Mismatch(special, actual, isRoot, path);
        if (actual is null)
            return $"{path} is absent, not {expected}";
        return (expected, actual) switch
        {
            (BsonDocument document, BsonDocument found) => MismatchOfDocuments(document, found, isRoot, path),
            (BsonArray array, BsonArray found) => MismatchOfArrays(array, found, isRoot, path),
            _ when expected.IsNumeric && actual.IsNumeric => expected.ToDouble() == actual.ToDouble() ? null : $"{path} is {actual}, not {expected}",
            _ => expected.Equals(actual) ? null : $"{path} is {actual}, not {expected}",
        };
    }

    private static BsonElement? Special(BsonValue expected) =>
        expected is BsonDocument { ElementCount: 1 } document && document.GetElement(0) is { Name: ['$', '$', ..] } only ? only : null;

    private static string? Mismatch(BsonElement special, BsonValue? actual, bool isRoot, string path) => special.Name switch
    {
        "$$exists" => actual is not null == special.Value.AsBoolean ? null : $"{path} exists: {actual is not null}",
        "$$unsetOrMatches" => actual is null ? null : Mismatch(special.Value, actual, isRoot, path),
        "$$type" => actual is not null && Types(special.Value).Contains(actual.BsonType) ? null : $"{path} is {actual?.BsonType}, not {special.Value}",
        _ => throw new CrudUnsupportedException($"operator {special.Name}"),
    };

    private static string? MismatchOfDocuments(BsonDocument expected, BsonDocument actual, bool isRoot, string path)
    {
        foreach (var element in expected)
        {
            var found = actual.TryGetValue(element.Name, out var value) ? value : null;
            if (Mismatch(element.Value, found, isRoot: false, $"{path}.{element.Name}") is { } mismatch)
                return mismatch;
        }
        return isRoot ? null : actual.Names.Except(expected.Names).Select(name => $"{path}.{name} is there: {actual[name]}").FirstOrDefault();
    }

    private static string? MismatchOfArrays(BsonArray expected, BsonArray actual, bool isRoot, string path)
    {
        if (expected.Count != actual.Count)
            return $"{path} has {actual.Count} items, not {expected.Count}: {actual}";
        return expected.Zip(actual).Select((pair, index) => Mismatch(pair.First, pair.Second, isRoot, $"{path}[{index}]")).FirstOrDefault(mismatch => mismatch is not null);
    }

    private static IEnumerable<BsonType> Types(BsonValue names) =>
        (names as BsonArray ?? [names]).SelectMany<BsonValue, BsonType>(name => name.AsString switch
        {
            "number" => [BsonType.Int32, BsonType.Int64, BsonType.Double, BsonType.Decimal128],
            "int" => [BsonType.Int32],
            "long" => [BsonType.Int64],
            "bool" => [BsonType.Boolean],
            "object" => [BsonType.Document],
            "binData" => [BsonType.Binary],
            var other => [Enum.Parse<BsonType>(other, ignoreCase: true)],
        });
}
