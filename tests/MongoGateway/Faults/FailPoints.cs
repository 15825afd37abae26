using MongoDB.Bson;

namespace MongoGateway.Faults;

/// <summary>
/// The armed fail points by name, "failCommand" or that with a suffix of the caller's ("failCommand.mine"): unlike a mongod's, several can be armed at once.
/// </summary>
internal sealed class FailPoints(TimeProvider time)
{
    private const string FailCommand = "failCommand";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, FailPoint> _armed = new(StringComparer.Ordinal);

    /// <summary>Arms, replaces or removes one; the reply counts the commands that the one before has hit.</summary>
    public byte[] Configure(Request request)
    {
        try
        {
            return Arm(request).Document;
        }
        catch (CommandFailure failure)
        {
            return EngineErrors.Reply(failure, []);
        }
    }

    private Reply Arm(Request request)
    {
        var name = request.Collection ?? "";
        if (!name.StartsWith(FailCommand, StringComparison.Ordinal))
            throw new CommandFailure(EngineErrors.BadValue, $"no such fail point: '{name}'");
        var next = FailPoint.Read(request.Document());
        lock (_lock)
        {
            _armed.Remove(name, out var former);
            if (next is not null)
                _armed[name] = next;
            return Reply.Of(new BsonDocument { { "count", former?.Hits ?? 0 }, { "ok", 1.0 } });
        }
    }

    /// <summary>The reply to a request, faulty if a fail point takes it; null closes the connection.</summary>
    public Task<byte[]?> RunAsync(Request request, string? application, Func<Task<byte[]>> run) =>
        Find(request, application) is { } fault ? fault.ApplyAsync(request, run, time) : PlainAsync(run);

    private static async Task<byte[]?> PlainAsync(Func<Task<byte[]>> run) => await run();

    private Fault? Find(Request request, string? application)
    {
        lock (_lock)
        {
            foreach (var point in _armed.Values)
            {
                if (point.Takes(request, application))
                    return point.Fault;
            }
            return null;
        }
    }
}
