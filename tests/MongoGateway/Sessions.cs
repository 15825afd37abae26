using System.Diagnostics.CodeAnalysis;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>
/// What the gateway remembers of a client's session: the reply to its last retryable write, so that a retry is answered and not applied again,
/// and its open transaction. Bounded: the sessions used longest ago go first. What is not known here, <see cref="GivenReplies"/> knows.
/// </summary>
internal sealed class Sessions(TimeProvider time) : IAsyncDisposable
{
    private const int MaxSessions = 10_000;
    private static readonly TimeSpan TransactionLifetime = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Session>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<Session> _byUse = new();

    /// <summary>
    /// The reply already given (or being worked out) to this very write; false hands the write to the caller, which must complete the source.
    /// It may have run all the same when this process does not know the session, or an attempt ended without the engine's answer.
    /// </summary>
    public bool FindReply(Request request, TaskCompletionSource<byte[]> mine, [NotNullWhen(true)] out Task<byte[]>? earlier, out bool mayHaveRun)
    {
        lock (_lock)
        {
            var session = Touch(request.Session!);
            var number = request.TransactionNumber!.Value;
            if (number < session.LastNumber)
                throw new CommandFailure(EngineErrors.TransactionTooOld,
                    $"cannot start transaction {number}: session has already used {session.LastNumber}");
            earlier = number == session.LastNumber ? session.LastReply : null;
            mayHaveRun = number == session.LastNumber || session.LastNumber < 0;
            if (earlier is not null)
                return true;
            session.LastNumber = number;
            session.LastReply = mine.Task;
            return false;
        }
    }

    /// <summary>A failed write was not applied, or nobody knows: its retry must look.</summary>
    public void ForgetReply(Request request)
    {
        lock (_lock)
        {
            var session = Touch(request.Session!);
            if (session.LastNumber == request.TransactionNumber)
                session.LastReply = null;
        }
    }

    public async Task<OpenTransaction> BeginAsync(Request request, Func<Task<OpenTransaction>> open)
    {
        var stale = Take(request.Session!, number: null);
        if (stale is not null)
            await stale.RollbackAsync();
        var transaction = await open();
        lock (_lock)
        {
            var session = Touch(request.Session!);
            session.LastNumber = request.TransactionNumber!.Value;
            session.LastReply = null;
            session.Transaction = transaction;
        }
        return transaction;
    }

    /// <summary>The session's open transaction, marked as used by this client connection.</summary>
    public OpenTransaction Find(Request request, int client)
    {
        lock (_lock)
        {
            if (Touch(request.Session!).Transaction is not { } open || open.Number != request.TransactionNumber)
                throw NoSuchTransaction(request);
            open.Client = client;
            open.UsedAt = time.GetTimestamp();
            return open;
        }
    }

    public OpenTransaction? Take(string sessionId, long? number)
    {
        lock (_lock)
        {
            var session = Touch(sessionId);
            if (session.Transaction is not { } open || (number is not null && number != open.Number))
                return null;
            session.Transaction = null;
            return open;
        }
    }

    public static CommandFailure NoSuchTransaction(Request request) =>
        new(EngineErrors.NoSuchTransaction, $"transaction {request.TransactionNumber} is not open: it was aborted or never started");

    /// <summary>Rolls back what a closed client connection used last, and what has been open for too long.</summary>
    public async Task AbortAsync(Func<OpenTransaction, bool> condition)
    {
        List<OpenTransaction> aborted = [];
        lock (_lock)
        {
            foreach (var session in _byUse.Where(session => session.Transaction is { } open && condition(open)))
            {
                aborted.Add(session.Transaction!);
                session.Transaction = null;
            }
        }
        foreach (var transaction in aborted)
            await transaction.RollbackAsync();
    }

    public Task AbortExpiredAsync() => AbortAsync(open => time.GetElapsedTime(open.UsedAt) > TransactionLifetime);

    public async ValueTask DisposeAsync() => await AbortAsync(_ => true);

    /// <summary>Those remembered here, the asking one among them, as $listLocalSessions tells them.</summary>
    public BsonArray Describe(string? asking)
    {
        lock (_lock)
        {
            if (asking is not null)
                Touch(asking);
            return new BsonArray(_byUse.Select(session => new BsonDocument { { "_id", session.Described }, { "lastUse", session.UsedAt } }));
        }
    }

    private Session Touch(string id)
    {
        if (_byId.TryGetValue(id, out var node))
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
            node.Value.UsedAt = time.GetUtcNow().UtcDateTime;
            return node.Value;
        }
        while (_byId.Count >= MaxSessions && _byUse.FirstOrDefault(session => session.Transaction is null) is { } oldest)
        {
            _byUse.Remove(_byId[oldest.Id]);
            _byId.Remove(oldest.Id);
        }
        node = _byUse.AddLast(new Session(id) { UsedAt = time.GetUtcNow().UtcDateTime });
        _byId[id] = node;
        return node.Value;
    }

    private sealed class Session(string id)
    {
        public string Id { get; } = id;
        public BsonDocument Described => BsonSerializer.Deserialize<BsonDocument>(Convert.FromHexString(Id));
        public DateTime UsedAt { get; set; }
        public long LastNumber { get; set; } = -1;
        public Task<byte[]>? LastReply { get; set; }
        public OpenTransaction? Transaction { get; set; }
    }
}
