using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway.Faults;

/// <summary>What happens to a command that was hit: the order is delay, then what breaks or answers it.</summary>
internal sealed class Fault(BsonDocument data)
{
    private readonly bool _after = data.GetValue("when", "before") == "after";
    private readonly bool _closes = data.GetValue("closeConnection", false).ToBoolean();
    private readonly int? _errorCode = data.TryGetValue("errorCode", out var code) ? code.ToInt32() : null;
    private readonly BsonArray? _labels = data.TryGetValue("errorLabels", out var labels) ? labels.AsBsonArray : null;
    private readonly BsonDocument? _concern = data.TryGetValue("writeConcernError", out var concern) ? concern.AsBsonDocument : null;
    private readonly TimeSpan _delay = data.GetValue("blockConnection", false).ToBoolean() ? TimeSpan.FromMilliseconds(data["blockTimeMS"].ToDouble()) : TimeSpan.Zero;

    /// <summary>The reply; null closes the connection.</summary>
    public async Task<byte[]?> ApplyAsync(Request request, Func<Task<byte[]>> run, TimeProvider time)
    {
        if (!_after)
        {
            await Task.Delay(_delay, time);
            if (Answers)
                return Broken(request);
        }
        var applied = await run();
        if (_after)
        {
            await Task.Delay(_delay, time);
            if (Answers)
                return Broken(request);
        }
        return _concern is null ? applied : WithConcern(request, applied);
    }

    private bool Answers => _closes || _errorCode is not null;

    private byte[]? Broken(Request request)
    {
        if (_closes)
            return null;
        return EngineErrors.Reply(new CommandFailure(_errorCode!.Value, "Failing command via 'failCommand' failpoint"), _labels ?? ErrorLabels.Of(_errorCode.Value, request));
    }

    private byte[] WithConcern(Request request, byte[] applied)
    {
        var reply = BsonSerializer.Deserialize<BsonDocument>(applied);
        reply["writeConcernError"] = _concern;
        if ((_labels ?? ErrorLabels.Of(_concern!["code"].ToInt32(), request)) is { Count: > 0 } told)
            reply["errorLabels"] = told;
        return reply.ToBson();
    }
}
