using System.Reflection;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Which process passes a point.</summary>
internal enum Passed
{
    /// <summary>The portal, under clients.</summary>
    ByPortal,

    /// <summary>The import verb, beside a serving portal.</summary>
    ByImport,
}

internal sealed record CrashPoint(string Name, Passed Passed);

/// <summary>Every failpoint of the product and the pairs of stores on which it is passed.</summary>
internal static class FailpointMatrix
{
    /// <summary>The points of the operations themselves; the stores name theirs in constants.</summary>
    private static readonly string[] OfOperations =
    [
        "register.after_reserve", "register.after_add", "register.before_answer", "update.before_answer", "import.after_batch",
        "relay.before_append", "relay.before_clear", "relay.after_clear",
    ];

    // Patients in the relational store: with MongoDB these are never passed.
    private static readonly string[] OfSqlPatients = ["sql.add.", "sql.update.", "sql.clear."];

    public static IReadOnlyList<string> All { get; } =
        [.. OfOperations, .. Constants("StrokeCare.Sql.SqlFailpoints, StrokeCare.Sql"), .. Constants("StrokeCare.Mongo.MongoFailpoints, StrokeCare.Mongo")];

    public static IReadOnlyList<CrashPoint> On(StorePair pair) =>
        [.. All.Where(name => IsPassed(name, pair)).Select(name => new CrashPoint(name, By(name)))];

    private static bool IsPassed(string name, StorePair pair)
    {
        if (name.StartsWith("mongo.", StringComparison.Ordinal)) return pair.Mongo;
        return !pair.Mongo || !OfSqlPatients.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static Passed By(string name) =>
        name.StartsWith("import.", StringComparison.Ordinal) || name.Contains("many", StringComparison.Ordinal) || name.Contains("bulk", StringComparison.Ordinal)
            ? Passed.ByImport
            : Passed.ByPortal;

    private static IEnumerable<string> Constants(string type) =>
        (Type.GetType(type) ?? throw new InvalidOperationException($"{type} is gone."))
        .GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        .Where(field => field.IsLiteral && field.FieldType == typeof(string))
        .Select(field => (string)field.GetRawConstantValue()!);
}
