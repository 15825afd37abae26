namespace StrokeCare.Mongo;

/// <summary>The places around this store's writes where a test may kill or throw; a test sees that each is reached.</summary>
public static class MongoFailpoints
{
    public const string AddBeforeClaim = "mongo.add.before_claim";
    public const string AddAfterClaim = "mongo.add.after_claim";
    public const string AddBeforeInsert = "mongo.add.before_insert";
    public const string AddAfterInsert = "mongo.add.after_insert";
    public const string AddBeforeRelease = "mongo.add.before_release";
    public const string AddManyAfterClaim = "mongo.add_many.after_claim";
    public const string AddManyBeforeInsert = "mongo.add_many.before_insert";
    public const string AddManyAfterInsert = "mongo.add_many.after_insert";
    public const string UpdateBefore = "mongo.update.before";
    public const string UpdateAfter = "mongo.update.after";
    public const string UpdateAfterClaim = "mongo.update.after_claim";
    public const string UpdateBeforeRelease = "mongo.update.before_release";
    public const string RefuseBefore = "mongo.refuse.before";
    public const string RefuseAfter = "mongo.refuse.after";
    public const string NamesBeforeInsert = "mongo.names.before_insert";
    public const string NamesAfterInsert = "mongo.names.after_insert";
    public const string TermsBefore = "mongo.terms.before";
    public const string TermsAfter = "mongo.terms.after";
    public const string HistoryTermsBefore = "mongo.history_terms.before";
    public const string HistoryTermsAfter = "mongo.history_terms.after";
    public const string UserAddAfterId = "mongo.users.add.after_id";
    public const string UserAddBeforeInsert = "mongo.users.add.before_insert";
    public const string UserAddAfterInsert = "mongo.users.add.after_insert";
    public const string UserUpdateBefore = "mongo.users.update.before";
    public const string UserUpdateAfter = "mongo.users.update.after";
    public const string UserKeeperBeforeMark = "mongo.users.keeper.before_mark";
    public const string UserKeeperAfterMark = "mongo.users.keeper.after_mark";
    public const string UserKeeperAfterMove = "mongo.users.keeper.after_move";
    public const string UserCountBefore = "mongo.users.count.before";
    public const string UserCountAfter = "mongo.users.count.after";
    public const string UserSignedInBefore = "mongo.users.signed_in.before";
    public const string UserSignedInAfter = "mongo.users.signed_in.after";
    public const string UserRemoveBefore = "mongo.users.remove.before";
    public const string UserRemoveAfter = "mongo.users.remove.after";
    public const string HistoryAddBeforeInsert = "mongo.history_add.before_insert";
    public const string HistoryAddAfterInsert = "mongo.history_add.after_insert";
    public const string HistoryAmendBefore = "mongo.history_amend.before";
    public const string HistoryAmendAfter = "mongo.history_amend.after";
    public const string AppointmentBookBeforeInsert = "mongo.appointment_book.before_insert";
    public const string AppointmentBookAfterInsert = "mongo.appointment_book.after_insert";
    public const string AppointmentUpdateBefore = "mongo.appointment_update.before";
    public const string AppointmentUpdateAfter = "mongo.appointment_update.after";
    public const string AppointmentClaimBefore = "mongo.appointment_claim.before";
    public const string AppointmentClaimAfter = "mongo.appointment_claim.after";
    public const string ClearBefore = "mongo.clear.before";
    public const string ClearAfter = "mongo.clear.after";

#if FAILPOINTS
    public static IReadOnlyList<string> All { get; } =
    [
        AddBeforeClaim, AddAfterClaim, AddBeforeInsert, AddAfterInsert, AddBeforeRelease,
        AddManyAfterClaim, AddManyBeforeInsert, AddManyAfterInsert,
        UpdateBefore, UpdateAfter, UpdateAfterClaim, UpdateBeforeRelease,
        RefuseBefore, RefuseAfter, NamesBeforeInsert, NamesAfterInsert, TermsBefore, TermsAfter, HistoryTermsBefore, HistoryTermsAfter,
        UserAddAfterId, UserAddBeforeInsert, UserAddAfterInsert, UserUpdateBefore, UserUpdateAfter,
        UserKeeperBeforeMark, UserKeeperAfterMark, UserKeeperAfterMove,
        UserCountBefore, UserCountAfter, UserSignedInBefore, UserSignedInAfter, UserRemoveBefore, UserRemoveAfter,
        HistoryAddBeforeInsert, HistoryAddAfterInsert, HistoryAmendBefore, HistoryAmendAfter,
        AppointmentBookBeforeInsert, AppointmentBookAfterInsert, AppointmentUpdateBefore, AppointmentUpdateAfter, AppointmentClaimBefore, AppointmentClaimAfter,
        ClearBefore, ClearAfter,
    ];
#endif
}
