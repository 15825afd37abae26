using MongoDB.Bson;

namespace MongoGateway.Faults;

/// <summary>
/// One armed fault. The document is that of MongoDB's own failCommand (failCommands, namespace, appName, errorCode, errorLabels, closeConnection,
/// blockConnection with blockTimeMS, writeConcernError), with four members more: <c>database</c>, <c>when: "before" | "after"</c> the command is
/// applied, and <c>probability</c> with <c>seed</c>: the same seed picks the same commands of a sequence. Its mode may give skip and times together.
/// </summary>
internal sealed class FailPoint
{
    private readonly HashSet<string> _commands;
    private readonly string? _application, _namespace, _database;
    private readonly double _probability;
    private readonly Random _random;
    private long _skip, _left;

    private FailPoint(BsonValue mode, BsonDocument data)
    {
        var modes = mode as BsonDocument ?? [];
        _left = modes.TryGetValue("times", out var times) ? times.ToInt64() : long.MaxValue;
        _skip = modes.GetValue("skip", 0).ToInt64();
        _probability = modes.GetValue("activationProbability", data.GetValue("probability", 1.0)).ToDouble();
        // A fixed seed when none is given: a run that failed can be had again.
        _random = new Random(data.GetValue("seed", 1).ToInt32());
        _commands = data.GetValue("failCommands", new BsonArray()).AsBsonArray.Select(name => name.AsString).ToHashSet(StringComparer.Ordinal);
        _application = Text(data, "appName");
        _namespace = Text(data, "namespace");
        _database = Text(data, "database");
        Fault = new Fault(data);
    }

    public Fault Fault { get; }

    /// <summary>How many commands it has hit.</summary>
    public long Hits { get; private set; }

    /// <summary>Null: the mode is "off".</summary>
    public static FailPoint? Read(BsonDocument command) => command.GetValue("mode", BsonNull.Value) switch
    {
        BsonString { Value: "off" } => null,
        BsonString { Value: "alwaysOn" } or BsonDocument => new FailPoint(command["mode"], command.GetValue("data", new BsonDocument()).AsBsonDocument),
        var other => throw new CommandFailure(EngineErrors.FailedToParse, $"unknown mode of a fail point: {other}"),
    };

    /// <summary>True: this command gets the fault. Not safe to call from two threads at once.</summary>
    public bool Takes(Request request, string? application)
    {
        if (_left == 0 || !Matches(request, application))
            return false;
        if (_skip > 0)
        {
            _skip--;
            return false;
        }
        if (_probability < 1 && _random.NextDouble() >= _probability)
            return false;
        _left--;
        Hits++;
        return true;
    }

    private bool Matches(Request request, string? application) =>
        _commands.Contains(request.Name)
        && (_application is null || _application == application)
        && (_database is null || _database == request.Database)
        && (_namespace is null || _namespace == $"{request.Database}.{request.Collection}");

    private static string? Text(BsonDocument data, string name) => data.TryGetValue(name, out var value) ? value.AsString : null;
}
