using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Audit;

/// <summary>The append itself, to be run inside any job: lock, read the head, drop what is known, number and hash, insert, move the head.</summary>
internal sealed class LogAppend(Dialect dialect)
{
    private static readonly Statement Head = new("SELECT seq, hash FROM log_head WHERE id = 1");

    private static readonly Statement MoveHead = new("UPDATE log_head SET seq = $1, hash = $2 WHERE id = 1", SqlType.Long, SqlType.Text);

    private static readonly Statement Has = new("SELECT 1 FROM security_logs WHERE change_id = $1", SqlType.Text);

    private readonly Statement known = new($"SELECT change_id FROM security_logs WHERE {dialect.AnyOf("change_id", "$1")}", SqlType.Texts);

    /// <summary>Whether this very change is there: for whoever runs a job once more and finds its work done.</summary>
    public static bool IsLogged(DbSession session, Change change) => session.First(Has, _ => true, change.ChangeId);

    /// <summary>Answers how many rows it added. In the caller's transaction, under the head lock from here to its end.</summary>
    public int Append(DbSession session, IReadOnlyCollection<Change> changes)
    {
        Failpoint.Hit(SqlFailpoints.AppendBeforeLock);
        dialect.LockLog(session);
        var head = session.First(Head, row => new LogHead(row.GetInt64(0), row.GetString(1)));
        var seen = session.Query(known, row => row.GetString(0), [changes.Select(c => c.ChangeId).ToArray()]).ToHashSet(StringComparer.Ordinal);
        var rows = new List<object?[]>(changes.Count);
        foreach (var change in changes)
        {
            if (!seen.Add(change.ChangeId)) continue;
            var next = LogRow.After(head, change);
            rows.Add(LogColumns.Values(next));
            head = new(next.Seq, next.Hash);
        }

        if (rows.Count == 0) return 0;
        Failpoint.Hit(SqlFailpoints.AppendBeforeInsert);
        session.ExecuteMany(LogColumns.Insert, rows);
        Failpoint.Hit(SqlFailpoints.AppendBeforeHead);
        session.Execute(MoveHead, head.Seq, head.Hash);
        dialect.AnnounceAppend(session);
        Failpoint.Hit(SqlFailpoints.AppendAfterHead);
        return rows.Count;
    }
}
