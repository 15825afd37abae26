using System.Text;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace MongoGateway;

/// <summary>One command as it came over the wire: its documents stay encoded, only what routes it is read out.</summary>
internal sealed record Request
{
    /// <summary>The command's name as sent, such as "find".</summary>
    public required string Name { get; init; }

    public required string Database { get; init; }

    /// <summary>The first element's value when it is a string: the collection, for most commands.</summary>
    public string? Collection { get; init; }

    /// <summary>The first element's value when it is a number: the cursor, for getMore.</summary>
    public long Number { get; init; }

    /// <summary>The command document, encoded.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The documents of the message's sequence section laid end to end, encoded; empty when they are inside the body.</summary>
    public ReadOnlyMemory<byte> Sequence { get; init; }

    /// <summary>The client's session (its encoded lsid in hex) or null.</summary>
    public string? Session { get; init; }

    public long? TransactionNumber { get; init; }

    /// <summary>False inside a multi-document transaction; absent otherwise.</summary>
    public bool? Autocommit { get; init; }

    public bool StartsTransaction { get; init; }

    /// <summary>The client's own limit on the command in milliseconds; 0 is none.</summary>
    public long MaxTimeMs { get; init; }

    public bool HasHint { get; init; }

    public bool HasReadConcern { get; init; }

    public bool InTransaction => Autocommit == false;

    public bool IsRetryableWrite => TransactionNumber is not null && Autocommit is null && Session is not null;

    public BsonDocument Document() => BsonSerializer.Deserialize<BsonDocument>(Body.ToArray());

    /// <summary>What the client calls itself in its hello; null in any other command.</summary>
    public string? ApplicationName() =>
        Name is "hello" or "isMaster" or "ismaster" && Document().TryGetValue("client", out var client) && client.AsBsonDocument.TryGetValue("application", out var application)
            ? application["name"].AsString
            : null;

    /// <summary>The engine checks that a command names the database it is asked in.</summary>
    private static byte[] OfCatalog(ReadOnlyMemory<byte> body)
    {
        var command = BsonSerializer.Deserialize<BsonDocument>(body.ToArray());
        command["$db"] = ShardingCatalog.Config;
        return command.ToBson();
    }

    public static Request Parse(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> sequence, string? database)
    {
        string? name = null, collection = null, session = null;
        long number = 0, maxTime = 0;
        long? transaction = null;
        bool? autocommit = null;
        bool starts = false, hint = false, concern = false;
        var scanner = new BsonScanner(body.Span);
        while (scanner.Next())
        {
            if (name is null)
            {
                name = Encoding.UTF8.GetString(scanner.Name);
                if (scanner.Type == BsonType.String)
                    collection = scanner.Text();
                else if (scanner.Type is BsonType.Int32 or BsonType.Int64 or BsonType.Double)
                    number = scanner.Integer();
            }
            else if (scanner.Name.SequenceEqual("$db"u8))
                database = scanner.Text();
            else if (scanner.Name.SequenceEqual("lsid"u8))
                session = Convert.ToHexString(scanner.Value);
            else if (scanner.Name.SequenceEqual("txnNumber"u8))
                transaction = scanner.Integer();
            else if (scanner.Name.SequenceEqual("autocommit"u8))
                autocommit = scanner.Truth();
            else if (scanner.Name.SequenceEqual("startTransaction"u8))
                starts = scanner.Truth();
            else if (scanner.Name.SequenceEqual("maxTimeMS"u8))
                maxTime = scanner.Integer();
            else if (scanner.Name.SequenceEqual("hint"u8))
                hint = true;
            else if (scanner.Name.SequenceEqual("readConcern"u8))
                concern = true;
        }
        if (database == "config")
            (database, body) = (ShardingCatalog.Config, OfCatalog(body));
        return new Request
        {
            Name = name ?? throw new CommandFailure(EngineErrors.FailedToParse, "empty command"),
            Database = database ?? throw new CommandFailure(EngineErrors.FailedToParse, "$db is missing"),
            Collection = collection,
            Number = number,
            Body = body,
            Sequence = sequence,
            Session = session,
            TransactionNumber = transaction,
            Autocommit = autocommit,
            StartsTransaction = starts,
            MaxTimeMs = maxTime,
            HasHint = hint,
            HasReadConcern = concern,
        };
    }
}
