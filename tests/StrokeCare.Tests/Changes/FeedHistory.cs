using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Changes;

/// <summary>The plain model of the feed: a list of change ids in log order, and what is pending.</summary>
internal sealed class FeedModel
{
    public List<string> Log { get; } = [];

    public List<string> Pending { get; } = [];

    public List<string> LastTail { get; private set; } = [];

    public void Append(IEnumerable<string> ids) => Log.AddRange(ids.Where(id => !Log.Contains(id)).Distinct().ToList());

    public void Write(int entity) => Pending.Add($"e{entity}-{1 + Log.Union(Pending).Count(id => id.StartsWith($"e{entity}-", StringComparison.Ordinal))}");

    public void Relay(bool crashes)
    {
        Append(Pending);
        if (!crashes) Pending.Clear();
    }

    public void Tail(int from) => LastTail = [.. Log.Skip(from)];
}

/// <summary>The same on a real log. Histories follow each other in one log; each sees only the rows behind its start, and its ids are its own.</summary>
internal sealed class FeedHistory(ISecurityLog log)
{
    private readonly string prefix = Change.NewId();
    private readonly long start = log.HeadAsync(default).GetAwaiter().GetResult().Seq;
    private readonly PendingChanges source = new();
    private readonly Lock gate = new();
    private readonly int[] versions = new int[8];

    public List<string> LastTail { get; private set; } = [];

    public List<string> Log
    {
        get
        {
            var rows = log.ReadAfterAsync(start, 10_000, default).GetAwaiter().GetResult();
            for (var i = 0; i < rows.Count; i++)
            {
                if (rows[i].Seq != start + i + 1) throw new InvalidOperationException($"Row {start + i + 1} is missing.");
            }

            // Another history may have written since: what a search for some order of the steps plays again.
            var mine = rows.Where(r => r.ChangeId.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            foreach (var entity in mine.Where(r => r.EntityVersion is not null).GroupBy(r => r.EntityId))
            {
                if (!entity.Select(r => r.EntityVersion!.Value).SequenceEqual(Enumerable.Range(1, entity.Count()).Select(v => (long)v)))
                    throw new InvalidOperationException($"Versions of {entity.Key} are out of order.");
            }

            List<string> ids = [.. mine.Select(Id)];
            if (ids.Distinct().Count() != ids.Count) throw new InvalidOperationException("A change is in the log twice.");
            return ids;
        }
    }

    /// <summary>What was appended directly, in log order.</summary>
    public List<string> Appended => [.. Log.Where(id => id[0] == 'a')];

    /// <summary>What was written to entities: in the log or still pending, none lost.</summary>
    public List<string> Written => [.. Log.Where(id => id[0] == 'e').Union(Pending).Order(StringComparer.Ordinal)];

    public List<string> Pending => [.. source.Changes.Select(c => c.ChangeId[(prefix.Length + 1)..])];

    public void Append(IEnumerable<string> ids) => log.AppendAsync([.. ids.Select(id => AChange(id))], default).GetAwaiter().GetResult();

    public void Write(int entity)
    {
        lock (gate)
        {
            var version = ++versions[entity];
            source.Add(AChange($"e{entity}-{version}") with { EntityType = EntityType.Patient, EntityId = $"{prefix[..20]}{entity:0000}", EntityVersion = version });
        }
    }

    /// <summary>A crash dies after the append and before the clear.</summary>
    public void Relay(bool crashes)
    {
        using var signal = new ChangeSignal();
        var relay = new Relay([new CrashingSource(source, crashes)], log, signal, TimeProvider.System, NullLogger<Relay>.Instance);
        try
        {
            relay.DrainAsync(default).GetAwaiter().GetResult();
        }
        catch (CrashException)
        {
            // What it appended is in the log and still pending: the next relay has to cope.
        }
    }

    public void Tail(int from) => LastTail = TailAsync(from).GetAwaiter().GetResult();

    private async Task<List<string>> TailAsync(int from)
    {
        var head = (await log.HeadAsync(default)).Seq;
        var seen = new List<string>();
        if (start + from >= head) return seen;
        using var tail = new LogTail(log, TimeProvider.System);
        await foreach (var row in tail.FollowAsync(start + from, default))
        {
            seen.Add(Id(row));
            if (row.Seq >= head) break;
        }

        return seen;
    }

    private string Id(LogRow row) => row.ChangeId[(prefix.Length + 1)..];

    private Change AChange(string id) => new()
    {
        ChangeId = $"{prefix}-{id}",
        Action = AuditAction.PatientUpdated,
        At = DateTimeOffset.UnixEpoch,
        Description = id,
    };

    private sealed class CrashException : Exception;

    private sealed class PendingChanges
    {
        private readonly List<Change> changes = [];

        public IReadOnlyList<Change> Changes
        {
            get
            {
                lock (changes) return [.. changes];
            }
        }

        public void Add(Change change)
        {
            lock (changes) changes.Add(change);
        }

        public void Remove(IReadOnlyList<Change> logged)
        {
            lock (changes) changes.RemoveAll(logged.Contains);
        }
    }

    private sealed class CrashingSource(PendingChanges pending, bool crashes) : IChangeSource
    {
        public string Store => "a test's";

        public Task<IReadOnlyList<Change>> PendingAsync(int max, CancellationToken ct) => Task.FromResult<IReadOnlyList<Change>>([.. pending.Changes.Take(max)]);

        public Task ClearAsync(IReadOnlyList<Change> logged, CancellationToken ct)
        {
            if (crashes) throw new CrashException();
            pending.Remove(logged);
            return Task.CompletedTask;
        }

        public Task<PendingState> PendingStateAsync(CancellationToken ct) => Task.FromResult(new PendingState(pending.Changes.Count, null));

        public IAsyncEnumerable<EntityVersion> VersionsAsync(CancellationToken ct) => AsyncEnumerable.Empty<EntityVersion>();
    }
}
