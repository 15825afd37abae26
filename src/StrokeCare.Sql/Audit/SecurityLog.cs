using System.Collections.Concurrent;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Audit;

/// <summary>The chained log. Appends that arrive while one is being committed wait together and share the next.</summary>
internal sealed class SecurityLog(Dialect dialect, Writer writer, Readers readers, LogAppend append) : ISecurityLog, IDisposable
{
    private const int ChangesPerAppend = 1000;

    private static readonly Statement Head = new("SELECT seq, hash FROM log_head WHERE id = 1");

    private static readonly Statement After = new(
        $"SELECT {LogColumns.All} FROM security_logs WHERE seq > $1 ORDER BY seq LIMIT $2", SqlType.Long, SqlType.Int);

    private readonly Statement countKinds = new(
        $"""
        SELECT {dialect.DayOf("created_at")} AS day, event_type, severity, status, count(*) FROM security_logs
        WHERE seq > 0 AND created_at >= $1 AND created_at < $2 GROUP BY day, event_type, severity, status
        """,
        SqlType.Time, SqlType.Time);

    private readonly ConcurrentDictionary<string, Statement> finds = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly Queue<Waiting> waiting = [];
    private bool appending;

    public Signal Appended { get; } = new();

    public Task AppendAsync(IReadOnlyList<Change> changes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (changes.Count == 0) return Task.CompletedTask;
        var mine = new Waiting(changes);
        bool first;
        lock (gate)
        {
            waiting.Enqueue(mine);
            first = !appending;
            appending = true;
        }

        if (first) _ = AppendWaitingAsync();
        return mine.Durable.Task;
    }

    public async Task<LogHead> HeadAsync(CancellationToken ct) =>
        await readers.FirstAsync(Head, row => new LogHead(row.GetInt64(0), row.GetString(1)), [], ct);

    public async Task<IReadOnlyList<LogRow>> ReadAfterAsync(long seq, int max, CancellationToken ct) =>
        await readers.QueryAsync(After, row => LogColumns.Read(row, dialect), [seq, max], ct);

    public async Task<IReadOnlyList<LogRow>> FindAsync(LogFilter filter, CancellationToken ct)
    {
        var query = LogQuery.Of(filter, dialect);
        var statement = finds.GetOrAdd(query.Sql, sql => new Statement(sql, query.Types));
        return await readers.QueryAsync(statement, row => LogColumns.Read(row, dialect), query.Values, ct);
    }

    public async Task<IReadOnlyList<LogCell>> CountAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        await readers.QueryAsync(countKinds, row => new LogCell(row.Date(0)!.Value, row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4)), [from, to], ct);

    public void Dispose() => Appended.Dispose();

    private async Task AppendWaitingAsync()
    {
        while (Take() is { Count: > 0 } taken)
        {
            if (await AppendTogetherAsync(taken) is not { } failure) continue;
            if (taken.Count == 1 || failure is StoreUnavailableException) Fail(taken, failure);
            else await AppendOneByOneAsync(taken);
        }
    }

    private async Task<Exception?> AppendTogetherAsync(List<Waiting> taken)
    {
        Change[] changes = [.. taken.SelectMany(w => w.Changes)];
        try
        {
            var added = await writer.AppendAsync(session => append.Append(session, changes), CancellationToken.None);
            Failpoint.Hit(SqlFailpoints.AppendAfterCommit);
            if (added > 0) Appended.Raise();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure is IOException ? new StoreUnavailableException(dialect.EngineName, "the answer was lost", failure) : failure;
        }

        foreach (var one in taken) one.Durable.TrySetResult();
        return null;
    }

    // One of them is at fault: alone, each gets its own answer.
    private async Task AppendOneByOneAsync(List<Waiting> taken)
    {
        foreach (var one in taken)
        {
            if (await AppendTogetherAsync([one]) is { } failure) Fail([one], failure);
        }
    }

    private List<Waiting> Take()
    {
        lock (gate)
        {
            var taken = new List<Waiting>();
            for (var count = 0; count < ChangesPerAppend && waiting.TryDequeue(out var next); count += next.Changes.Count) taken.Add(next);
            appending = taken.Count > 0;
            return taken;
        }
    }

    private static void Fail(List<Waiting> taken, Exception failure)
    {
        foreach (var one in taken) one.Durable.TrySetException(failure);
    }

    private sealed class Waiting(IReadOnlyList<Change> changes)
    {
        public IReadOnlyList<Change> Changes { get; } = changes;

        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
