using System.Reflection;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>By what a point is passed.</summary>
internal enum Passed
{
    /// <summary>The portal, under clients.</summary>
    ByPortal,

    /// <summary>The import verb, beside a serving portal.</summary>
    ByImport,

    /// <summary>People who register themselves, account and record.</summary>
    BySelfRegistration,

    /// <summary>Recovery, which gives a self-registration up.</summary>
    ByGivingUp,

    /// <summary>People who make an account only.</summary>
    ByNewAccount,

    /// <summary>A doctor who leaves, and whose patients go to another.</summary>
    ByReassignment,

    /// <summary>An admin, who archives a patient with appointments ahead.</summary>
    ByArchiving,

    /// <summary>A doctor's hours, set anew.</summary>
    BySettingHours,

    /// <summary>The end of an appointment whose time another shares.</summary>
    BySharing,

    /// <summary>An admin who leaves, and another is named who stays.</summary>
    ByAdminLeaving,

    /// <summary>A start over records of a version that knew no search terms.</summary>
    ByStarting,

    /// <summary>Somebody who signs in, stays signed in or sets a new password.</summary>
    BySigningIn,
}

/// <param name="Name">Of the point.</param>
/// <param name="Passed">By what it is passed.</param>
/// <param name="MostPasses">So often at least; the strike comes at one of them.</param>
internal sealed record CrashPoint(string Name, Passed Passed, int MostPasses = 3);

/// <summary>Every failpoint of the product and the pairs of stores on which it is passed.</summary>
internal static class FailpointMatrix
{
    /// <summary>The points of the operations themselves; the stores name theirs in constants.</summary>
    private static readonly string[] OfOperations =
    [
        "register.after_reserve", "register.after_add", "register.before_answer", "update.before_answer", "import.after_batch",
        "history.after_reserve", "history.after_add", "history.before_answer", "history.after_amend",
        "appointment.after_reserve", "appointment.after_book", "appointment.before_answer", "appointment.after_update",
        "archive.after_intent", "archive.after_appointment",
        "relay.before_append", "relay.before_clear", "relay.after_clear",
    ];

    // Patients in the relational store: with MongoDB these are never passed. So with accounts.
    private static readonly string[] OfSqlPatients = ["sql.add.", "sql.update.", "sql.history", "sql.appointment", "sql.terms.", "sql.clear.", "sql.refuse_id."];
    private static readonly string[] OfSqlUsers = ["sql.user_", "sql.count_attempt."];

    private static readonly string[] OfOlderRecords = ["sql.terms.", "mongo.terms.", "sql.history_terms.", "mongo.history_terms."];

    private static readonly (string Beginning, Passed Passed)[] ByRounds =
    [
        ("archive.", Passed.ByArchiving), ("mongo.appointment_claim.", Passed.BySharing), ("sql.hours.", Passed.BySettingHours),
        .. OfOlderRecords.Select(beginning => (beginning, Passed.ByStarting)),
    ];

    // Once at a start; and a client amends now and then: one pass is certain.
    private static readonly string[] Seldom =
    [
        .. OfOlderRecords, "history.after_amend", "sql.history_amend.", "mongo.history_amend.",
        "archive.after_intent", "mongo.appointment_claim.", "appointment.after_update", "sql.appointment_update.", "mongo.appointment_update.", "sql.hours.", "mongo.names.",
    ];

    /// <summary>Passed by a verb on a database that no portal has used yet: the tests of that verb strike there.</summary>
    public static IReadOnlyList<string> OfAdoption { get; } = ["mongo.adopt.after_batch", "mongo.adopt.before_delete"];

    public static IReadOnlyList<string> All { get; } =
    [
        .. OfOperations, .. AccountPoints.OfOperations,
        .. Constants("StrokeCare.Sql.SqlFailpoints, StrokeCare.Sql"), .. Constants("StrokeCare.Mongo.MongoFailpoints, StrokeCare.Mongo"),
    ];

    /// <summary>Those of patients' records and the log.</summary>
    public static IReadOnlyList<CrashPoint> On(StorePair pair) =>
        [.. All.Where(name => IsPassed(name, pair) && !AccountPoints.Has(name)).Select(PointOf)];

    public static bool IsPassed(string name, StorePair pair)
    {
        if (name.StartsWith("mongo.users.", StringComparison.Ordinal)) return pair.MongoUsers;
        if (name.StartsWith("mongo.", StringComparison.Ordinal)) return pair.Mongo;
        return !(pair.Mongo && Begins(name, OfSqlPatients)) && !(pair.MongoUsers && Begins(name, OfSqlUsers));
    }

    public static bool Begins(string name, params ReadOnlySpan<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static CrashPoint PointOf(string name) => Begins(name, Seldom) ? new(name, By(name), MostPasses: 1) : new(name, By(name));

    private static Passed By(string name) =>
        name.StartsWith("import.", StringComparison.Ordinal) || name.Contains("many", StringComparison.Ordinal) || name.Contains("bulk", StringComparison.Ordinal)
            ? Passed.ByImport
            : ByRounds.Where(round => Begins(name, round.Beginning)).Select(round => round.Passed).FirstOrDefault(Passed.ByPortal);

    private static IEnumerable<string> Constants(string type) =>
        (Type.GetType(type) ?? throw new InvalidOperationException($"{type} is gone."))
        .GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        .Where(field => field.IsLiteral && field.FieldType == typeof(string))
        .Select(field => (string)field.GetRawConstantValue()!);
}
