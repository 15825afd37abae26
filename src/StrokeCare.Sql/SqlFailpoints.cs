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
#endif
}
