namespace StrokeCare.Server.Tests.Crash;

/// <summary>The points that accounts pass, and by what. Those of the log and of patients' records are struck under these too, but not in the slice.</summary>
internal static class AccountPoints
{
    public static readonly string[] OfOperations =
    [
        "self_register.before_intent", "self_register.after_intent", "self_register.after_reserve", "self_register.after_patient",
        "self_register.after_activate", "self_register.after_close", "self_register.after_tombstone",
        "new_account.after_reserve", "new_account.after_add", "reassign.after_intent", "reassign.after_record", "reassign.after_appointment",
    ];

    // The first whose beginning fits says by what a point is passed, and how often at least.
    private static readonly (string Beginning, Passed Passed, int MostPasses)[] Own =
    [
        ("self_register.after_tombstone", Passed.ByGivingUp, 1), ("sql.refuse_id.", Passed.ByGivingUp, 1), ("mongo.refuse.", Passed.ByGivingUp, 1),
        ("sql.user_remove.", Passed.ByGivingUp, 1), ("mongo.users.remove.", Passed.ByGivingUp, 1),
        ("self_register.", Passed.BySelfRegistration, 2), ("sql.intent_", Passed.BySelfRegistration, 2), ("sql.user_reserve.", Passed.BySelfRegistration, 2),
        ("sql.user_activate.", Passed.BySelfRegistration, 2), ("mongo.users.add.", Passed.BySelfRegistration, 2),
        ("new_account.", Passed.ByNewAccount, 2),
        ("reassign.after_record", Passed.ByReassignment, 5), ("reassign.after_appointment", Passed.ByReassignment, 3), ("reassign.", Passed.ByReassignment, 1), ("sql.user_update.", Passed.ByReassignment, 1),
        ("mongo.users.keeper.", Passed.ByAdminLeaving, 1), ("mongo.users.update.", Passed.ByReassignment, 1), ("sql.session_revoke.", Passed.ByReassignment, 1),
        ("sql.count_attempt.", Passed.BySigningIn, 1), ("sql.session_open.", Passed.BySigningIn, 1), ("sql.session_renew.", Passed.BySigningIn, 1),
        ("sql.reset_token.", Passed.BySigningIn, 2), ("mongo.users.count.", Passed.BySigningIn, 1), ("mongo.users.signed_in.", Passed.BySigningIn, 1),
    ];

    private static readonly (string Beginning, Passed Passed, int MostPasses)[] Shared =
    [
        ("sql.reserve.", Passed.BySelfRegistration, 2), ("sql.complete.", Passed.BySelfRegistration, 2), ("sql.writer.", Passed.BySelfRegistration, 3),
        ("sql.append.before_", Passed.BySelfRegistration, 3), ("sql.append.after_head", Passed.BySelfRegistration, 3),
        ("sql.append.after_commit", Passed.BySelfRegistration, 1), ("sql.add.", Passed.BySelfRegistration, 3), ("sql.clear.", Passed.BySelfRegistration, 1),
        ("relay.", Passed.BySelfRegistration, 1), ("mongo.add.before_insert", Passed.BySelfRegistration, 3), ("mongo.add.after_insert", Passed.BySelfRegistration, 3),
        ("mongo.clear.", Passed.BySelfRegistration, 1), ("mongo.users.update.", Passed.BySelfRegistration, 3),
        ("sql.reserve.", Passed.ByNewAccount, 3), ("sql.complete.", Passed.ByNewAccount, 3), ("sql.append.before_", Passed.ByNewAccount, 3),
        ("sql.append.after_head", Passed.ByNewAccount, 3), ("mongo.users.add.", Passed.ByNewAccount, 3),
        ("sql.intent_", Passed.ByReassignment, 1), ("sql.writer.", Passed.ByReassignment, 3), ("sql.append.before_", Passed.ByReassignment, 2),
        ("sql.append.after_head", Passed.ByReassignment, 2), ("sql.update.", Passed.ByReassignment, 5), ("mongo.update.before", Passed.ByReassignment, 5),
        ("mongo.update.after", Passed.ByReassignment, 5),
        ("sql.intent_close.", Passed.ByGivingUp, 1), ("sql.writer.", Passed.ByGivingUp, 1),
    ];

    /// <summary>It is passed by accounts alone.</summary>
    public static bool Has(string name) => Own.Any(own => FailpointMatrix.Begins(name, own.Beginning));

    /// <summary>Every point that only accounts pass.</summary>
    public static IReadOnlyList<CrashPoint> On(StorePair pair) =>
        [.. FailpointMatrix.All.Where(name => Has(name) && FailpointMatrix.IsPassed(name, pair)).Select(Point)];

    /// <summary>What the writes of accounts pass beside, each under the operation that passes it.</summary>
    public static IReadOnlyList<CrashPoint> BesideOn(StorePair pair) =>
    [
        .. from shared in Shared
           from name in FailpointMatrix.All
           where FailpointMatrix.Begins(name, shared.Beginning) && FailpointMatrix.IsPassed(name, pair) && !IsOfClaims(name)
           select new CrashPoint(name, shared.Passed, pair.MongoUsers && FailpointMatrix.Begins(name, "sql.append.") ? Math.Min(shared.MostPasses, AppendsOf(shared.Passed)) : shared.MostPasses),
    ];

    // The relay makes one append for each source of changes: where accounts are one of them, a new account is one, a registration two.
    private static int AppendsOf(Passed passed) => passed == Passed.ByNewAccount ? 1 : 2;

    private static CrashPoint Point(string name)
    {
        var own = Own.First(own => FailpointMatrix.Begins(name, own.Beginning));
        return new(name, own.Passed, own.MostPasses);
    }

    // Neither a new record without an MRN nor a new doctor claims anything.
    private static bool IsOfClaims(string name) => name.StartsWith("mongo.update.", StringComparison.Ordinal) && (name.EndsWith("_claim", StringComparison.Ordinal) || name.EndsWith("_release", StringComparison.Ordinal));
}
