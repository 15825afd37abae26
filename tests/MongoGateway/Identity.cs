using MongoDB.Bson;

namespace MongoGateway;

/// <summary>Who the gateway says it is: hello and the admin commands that a driver or an operator's verb asks about the server itself.</summary>
internal sealed class Identity(Topology topology, int port, TimeProvider time)
{
    private const string SetName = "rs0";
    private const string Version = "7.0.0";
    private const int WireVersion = 21; // that of 7.0

    // What a single-member set has elected once, for as long as the process lives.
    private readonly ObjectId _election = ObjectId.GenerateNewId();

    private string Address => $"127.0.0.1:{port}";

    /// <summary>Null: this kind of server has no such command.</summary>
    public Reply? Answer(Request request, int client) => request.Name switch
    {
        "hello" or "isMaster" or "ismaster" => Hello(client),
        "buildInfo" or "buildinfo" => BuildInfo(),
        "getCmdLineOpts" => CommandLine(),
        "getParameter" => Parameters(request),
        "getDefaultRWConcern" when topology != Topology.Standalone => DefaultConcerns(),
        "replSetGetConfig" when topology != Topology.Sharded => Configuration(),
        "replSetGetStatus" when topology != Topology.Sharded => Status(),
        "isdbgrid" when topology == Topology.Sharded => Reply.Of(new BsonDocument { { "isdbgrid", 1 }, { "hostname", "127.0.0.1" }, { "ok", 1.0 } }),
        "listShards" when topology == Topology.Sharded => Shards(),
        "balancerStatus" when topology == Topology.Sharded => Reply.Of(new BsonDocument { { "mode", "full" }, { "inBalancerRound", false }, { "ok", 1.0 } }),
        _ => null,
    };

    /// <summary>As mongod does: without an oplog nothing could tell a retry from a second write.</summary>
    public void EnsureMayBeNumbered(Request request)
    {
        if (topology == Topology.Standalone && request.TransactionNumber is not null)
            throw new CommandFailure(EngineErrors.IllegalOperation, "Transaction numbers are only allowed on a replica set member or mongos");
    }

    public bool IsSharded => topology == Topology.Sharded;

    private Reply Hello(int client)
    {
        var hello = new BsonDocument
        {
            { "ismaster", true },
            { "isWritablePrimary", true },
            { "helloOk", true },
            { "maxBsonObjectSize", 16 * 1024 * 1024 },
            { "maxMessageSizeBytes", WireProtocol.MaxMessageLength },
            { "maxWriteBatchSize", 100_000 },
            { "localTime", time.GetUtcNow().UtcDateTime },
            { "logicalSessionTimeoutMinutes", 30 },
            { "connectionId", client },
            { "minWireVersion", 0 },
            { "maxWireVersion", WireVersion },
            { "readOnly", false },
        };
        if (topology == Topology.Sharded)
            hello["msg"] = "isdbgrid";
        if (topology == Topology.ReplicaSet)
            hello.AddRange(new BsonDocument
            {
                { "setName", SetName },
                { "setVersion", 1 },
                { "secondary", false },
                { "hosts", new BsonArray { Address } },
                { "primary", Address },
                { "me", Address },
                { "electionId", _election },
                { "lastWrite", new BsonDocument { { "opTime", OpTime() }, { "lastWriteDate", time.GetUtcNow().UtcDateTime } } },
            });
        return Ok(hello);
    }

    private static Reply BuildInfo() => Ok(new BsonDocument
    {
        { "version", Version },
        { "versionArray", new BsonArray { 7, 0, 0, 0 } },
        { "modules", new BsonArray() },
    });

    private Reply CommandLine()
    {
        var parsed = new BsonDocument("net", new BsonDocument { { "bindIp", "127.0.0.1" }, { "port", port } });
        if (topology == Topology.ReplicaSet)
            parsed["replication"] = new BsonDocument("replSet", SetName);
        return Ok(new BsonDocument { { "argv", new BsonArray { topology == Topology.Sharded ? "mongos" : "mongod" } }, { "parsed", parsed } });
    }

    /// <summary>The few parameters that tools ask for by name; "*" is all of them.</summary>
    private static Reply Parameters(Request request)
    {
        var known = new BsonDocument
        {
            { "featureCompatibilityVersion", new BsonDocument("version", "7.0") },
            { "authenticationMechanisms", new BsonArray() },
            { "enableTestCommands", true },
            { "requireApiVersion", false },
        };
        var asked = request.Document();
        if (asked[0] == "*")
            return Ok(known);
        var found = new BsonDocument(known.Where(parameter => asked.Contains(parameter.Name)));
        return found.ElementCount > 0 ? Ok(found) : throw new CommandFailure(EngineErrors.InvalidOptions, "no option found to get");
    }

    private static Reply DefaultConcerns() => Ok(new BsonDocument
    {
        { "defaultReadConcern", new BsonDocument("level", "local") },
        { "defaultWriteConcern", new BsonDocument { { "w", "majority" }, { "wtimeout", 0 } } },
        { "defaultReadConcernSource", "implicit" },
        { "defaultWriteConcernSource", "implicit" },
    });

    private Reply Configuration() => Ok(new BsonDocument("config", new BsonDocument
    {
        { "_id", InSet() },
        { "version", 1 },
        { "term", 1L },
        { "members", new BsonArray { new BsonDocument { { "_id", 0 }, { "host", Address }, { "arbiterOnly", false }, { "hidden", false }, { "priority", 1 }, { "votes", 1 } } } },
        { "writeConcernMajorityJournalDefault", true },
    }));

    private Reply Status() => Ok(new BsonDocument
    {
        { "set", InSet() },
        { "date", time.GetUtcNow().UtcDateTime },
        { "myState", 1 },
        { "members", new BsonArray { new BsonDocument { { "_id", 0 }, { "name", Address }, { "health", 1.0 }, { "state", 1 }, { "stateStr", "PRIMARY" }, { "self", true } } } },
    });

    private Reply Shards() => Ok(new BsonDocument("shards", new BsonArray
    {
        new BsonDocument { { "_id", ShardingCatalog.Shard }, { "host", Address }, { "state", 1 } },
    }));

    private string InSet() => topology == Topology.ReplicaSet
        ? SetName
        : throw new CommandFailure(EngineErrors.NoReplicationEnabled, "not running with --replSet");

    private BsonDocument OpTime() => new() { { "ts", new BsonTimestamp((int)time.GetUtcNow().ToUnixTimeSeconds(), 1) }, { "t", 1L } };

    private static Reply Ok(BsonDocument document) => Reply.Of(document.Add("ok", 1.0));
}
