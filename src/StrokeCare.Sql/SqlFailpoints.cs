namespace StrokeCare.Sql;

/// <summary>The places around the relational store's writes where a test may kill the process or throw.</summary>
internal static class SqlFailpoints
{
    public const string WriterBeforeCommit = "sql.writer.before_commit";
    public const string WriterAfterCommit = "sql.writer.after_commit";
    public const string WriterAnswered = "sql.writer.answered";
    public const string AddBeforeInsert = "sql.add.before_insert";
    public const string AddAfterInsert = "sql.add.after_insert";
    public const string AddAfterCommit = "sql.add.after_commit";
    public const string AppendBeforeLock = "sql.append.before_lock";
    public const string AppendBeforeInsert = "sql.append.before_insert";
    public const string AppendBeforeHead = "sql.append.before_head";
    public const string AppendAfterHead = "sql.append.after_head";
    public const string AppendAfterCommit = "sql.append.after_commit";
    public const string ClearBeforeDelete = "sql.clear.before_delete";
    public const string ClearAfterDelete = "sql.clear.after_delete";
    public const string ReserveBeforeInsert = "sql.reserve.before_insert";
    public const string ReserveAfterInsert = "sql.reserve.after_insert";
    public const string CompleteBeforeUpdate = "sql.complete.before_update";
    public const string UpdateBeforeWrite = "sql.update.before_write";
    public const string UpdateAfterWrite = "sql.update.after_write";
    public const string UserUpdateBeforeWrite = "sql.user_update.before_write";
    public const string UserUpdateAfterWrite = "sql.user_update.after_write";
    public const string CountAttemptBeforeWrite = "sql.count_attempt.before_write";
    public const string CountAttemptAfterWrite = "sql.count_attempt.after_write";
    public const string UserReserveBeforeInsert = "sql.user_reserve.before_insert";
    public const string UserReserveAfterInsert = "sql.user_reserve.after_insert";
    public const string UserActivateBeforeWrite = "sql.user_activate.before_write";
    public const string UserActivateAfterWrite = "sql.user_activate.after_write";
    public const string UserRemoveBeforeDelete = "sql.user_remove.before_delete";
    public const string UserRemoveAfterDelete = "sql.user_remove.after_delete";
    public const string SessionOpenBeforeInsert = "sql.session_open.before_insert";
    public const string SessionOpenAfterInsert = "sql.session_open.after_insert";
    public const string SessionRenewBeforeWrite = "sql.session_renew.before_write";
    public const string SessionRenewAfterWrite = "sql.session_renew.after_write";
    public const string SessionRevokeBeforeWrite = "sql.session_revoke.before_write";
    public const string SessionRevokeAfterWrite = "sql.session_revoke.after_write";
    public const string ResetTokenBeforeWrite = "sql.reset_token.before_write";
    public const string ResetTokenAfterWrite = "sql.reset_token.after_write";
    public const string IntentAddBeforeInsert = "sql.intent_add.before_insert";
    public const string IntentAddAfterInsert = "sql.intent_add.after_insert";
    public const string IntentCloseBeforeWrite = "sql.intent_close.before_write";
    public const string IntentCloseAfterWrite = "sql.intent_close.after_write";
    public const string RefuseIdBeforeInsert = "sql.refuse_id.before_insert";
    public const string RefuseIdAfterInsert = "sql.refuse_id.after_insert";
    public const string HistoryAddBeforeInsert = "sql.history_add.before_insert";
    public const string HistoryAddAfterInsert = "sql.history_add.after_insert";
    public const string HistoryAmendBeforeWrite = "sql.history_amend.before_write";
    public const string HistoryAmendAfterWrite = "sql.history_amend.after_write";
    public const string HistoryAfterCommit = "sql.history.after_commit";
    public const string AppointmentBookBeforeInsert = "sql.appointment_book.before_insert";
    public const string AppointmentBookAfterInsert = "sql.appointment_book.after_insert";
    public const string AppointmentBookAfterClaim = "sql.appointment_book.after_claim";
    public const string AppointmentUpdateBeforeWrite = "sql.appointment_update.before_write";
    public const string AppointmentUpdateAfterWrite = "sql.appointment_update.after_write";
    public const string AppointmentUpdateAfterMove = "sql.appointment_update.after_move";
    public const string AppointmentAfterCommit = "sql.appointment.after_commit";
    public const string HoursBeforeWrite = "sql.hours.before_write";
    public const string HoursAfterWrite = "sql.hours.after_write";
    public const string TermsBeforeWrite = "sql.terms.before_write";
    public const string TermsAfterWrite = "sql.terms.after_write";
    public const string HistoryTermsBeforeWrite = "sql.history_terms.before_write";
    public const string HistoryTermsAfterWrite = "sql.history_terms.after_write";

#if FAILPOINTS
    /// <summary>Passed by registering a patient under a key and relaying its change.</summary>
    public static readonly string[] All =
    [
        ReserveBeforeInsert, ReserveAfterInsert, AddBeforeInsert, AddAfterInsert, WriterBeforeCommit, WriterAfterCommit, WriterAnswered,
        AddAfterCommit, CompleteBeforeUpdate, AppendBeforeLock, AppendBeforeInsert, AppendBeforeHead, AppendAfterHead, AppendAfterCommit,
        ClearBeforeDelete, ClearAfterDelete,
    ];

    /// <summary>Passed by amending, archiving or restoring one.</summary>
    public static readonly string[] OfUpdates = [UpdateBeforeWrite, UpdateAfterWrite];

    /// <summary>Passed by writing an entry of a patient's history and amending it.</summary>
    public static readonly string[] OfHistory =
        [HistoryAddBeforeInsert, HistoryAddAfterInsert, HistoryAmendBeforeWrite, HistoryAmendAfterWrite, HistoryAfterCommit];

    /// <summary>Passed by booking an appointment and moving it.</summary>
    public static readonly string[] OfAppointments =
    [
        AppointmentBookBeforeInsert, AppointmentBookAfterInsert, AppointmentBookAfterClaim,
        AppointmentUpdateBeforeWrite, AppointmentUpdateAfterWrite, AppointmentUpdateAfterMove, AppointmentAfterCommit,
    ];

    /// <summary>Passed by a change of working hours.</summary>
    public static readonly string[] OfHours = [HoursBeforeWrite, HoursAfterWrite];

    /// <summary>Passed by signing in, staying signed in, signing out, setting a password anew and changing an account.</summary>
    public static readonly string[] OfAccounts =
    [
        CountAttemptBeforeWrite, CountAttemptAfterWrite, SessionOpenBeforeInsert, SessionOpenAfterInsert, SessionRenewBeforeWrite, SessionRenewAfterWrite,
        SessionRevokeBeforeWrite, SessionRevokeAfterWrite, ResetTokenBeforeWrite, ResetTokenAfterWrite, UserUpdateBeforeWrite, UserUpdateAfterWrite,
    ];

    /// <summary>Passed by a self-registration that succeeds.</summary>
    public static readonly string[] OfSelfRegistrations =
    [
        IntentAddBeforeInsert, IntentAddAfterInsert, UserReserveBeforeInsert, UserReserveAfterInsert, UserActivateBeforeWrite, UserActivateAfterWrite,
        IntentCloseBeforeWrite, IntentCloseAfterWrite,
    ];

    /// <summary>Passed by one that is given up.</summary>
    public static readonly string[] OfGivingUp = [RefuseIdBeforeInsert, RefuseIdAfterInsert, UserRemoveBeforeDelete, UserRemoveAfterDelete];

    /// <summary>Passed at the start after a version that knew no terms.</summary>
    public static readonly string[] OfTerms = [TermsBeforeWrite, TermsAfterWrite];

    /// <summary>The same of entries of history.</summary>
    public static readonly string[] OfHistoryTerms = [HistoryTermsBeforeWrite, HistoryTermsAfterWrite];
#endif
}
