using MongoDB.Bson;
using Npgsql;

namespace MongoGateway;

/// <summary>A command that ends with an error document instead of a result.</summary>
internal sealed class CommandFailure(int code, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>Further members of the reply, such as keyPattern.</summary>
    public BsonDocument Details { get; init; } = [];
}

/// <summary>
/// The engine's errors in MongoDB's numbers. The engine raises SQLSTATEs of its own, "M" and four base-36 digits; inside a write's result it
/// puts the same SQLSTATE as PostgreSQL packs it, six bits a character. Only the codes a driver or a store decides on are translated.
/// </summary>
internal static class EngineErrors
{
    public const int InternalError = 1;
    public const int BadValue = 2;
    public const int FailedToParse = 9;
    public const int TypeMismatch = 14;
    public const int IllegalOperation = 20;
    public const int AlreadyInitialized = 23;
    public const int InvalidBson = 22;
    public const int NamespaceNotFound = 26;
    public const int CursorNotFound = 43;
    public const int MaxTimeExpired = 50;
    public const int CommandNotFound = 59;
    public const int InvalidOptions = 72;
    public const int NoReplicationEnabled = 76;
    public const int WriteConflict = 112;
    public const int DocumentFailedValidation = 121;
    public const int TransactionTooOld = 225;
    public const int NoSuchTransaction = 251;
    public const int ChecksumMismatch = 290;
    public const int UnsupportedOpQuery = 352;
    public const int UnknownField = 40415;
    public const int DuplicateKey = 11000;

    private static readonly Dictionary<string, (int Code, string Name)> BySqlState = new(StringComparer.Ordinal)
    {
        ["M0000"] = (InternalError, "InternalError"),
        ["M0001"] = (BadValue, "BadValue"),
        ["M0003"] = (FailedToParse, "FailedToParse"),
        ["M0004"] = (TypeMismatch, "TypeMismatch"),
        ["M0005"] = (15, "Overflow"),
        ["M0006"] = (IllegalOperation, "IllegalOperation"),
        ["M0008"] = (NamespaceNotFound, "NamespaceNotFound"),
        ["M0009"] = (27, "IndexNotFound"),
        ["M000A"] = (28, "PathNotViable"),
        ["M000D"] = (40, "ConflictingUpdateOperators"),
        ["M000E"] = (CursorNotFound, "CursorNotFound"),
        ["M000F"] = (48, "NamespaceExists"),
        ["M000G"] = (52, "DollarPrefixedFieldName"),
        ["M000L"] = (61, "ShardKeyNotFound"),
        ["M000M"] = (66, "ImmutableField"),
        ["M000N"] = (67, "CannotCreateIndex"),
        ["M000O"] = (68, "IndexAlreadyExists"),
        ["M000P"] = (InvalidOptions, "InvalidOptions"),
        ["M000Q"] = (73, "InvalidNamespace"),
        ["M000R"] = (85, "IndexOptionsConflict"),
        ["M000S"] = (86, "IndexKeySpecsConflict"),
        ["M000U"] = (115, "CommandNotSupported"),
        ["M000V"] = (118, "NamespaceNotSharded"),
        ["M000W"] = (146, "ExceededMemoryLimit"),
        ["M0012"] = (197, "InvalidIndexSpecificationOption"),
        ["M0015"] = (241, "ConversionFailure"),
        ["M0016"] = (263, "OperationNotSupportedInTransaction"),
        ["M0017"] = (276, "IndexBuildAborted"),
        ["M001B"] = (10334, "BsonObjectTooLarge"),
        ["M001C"] = (DuplicateKey, "DuplicateKey"),
        ["M00CO"] = (DocumentFailedValidation, "DocumentFailedValidation"),
        ["M00F1"] = (WriteConflict, "WriteConflict"),
        ["M007U"] = (40324, "UnrecognizedPipelineStage"),
        ["M0088"] = (UnknownField, "UnknownBsonField"),
        [PostgresErrorCodes.UniqueViolation] = (DuplicateKey, "DuplicateKey"),
        [PostgresErrorCodes.ExclusionViolation] = (DuplicateKey, "DuplicateKey"),
        [PostgresErrorCodes.SerializationFailure] = (WriteConflict, "WriteConflict"),
        [PostgresErrorCodes.DeadlockDetected] = (WriteConflict, "WriteConflict"),
        [PostgresErrorCodes.LockNotAvailable] = (WriteConflict, "WriteConflict"),
        [PostgresErrorCodes.QueryCanceled] = (MaxTimeExpired, "MaxTimeMSExpired"),
    };

    private static readonly Dictionary<int, string> ByCode = new()
    {
        [6] = "HostUnreachable",
        [7] = "HostNotFound",
        [11] = "UserNotFound",
        [InvalidBson] = "InvalidBSON",
        [24] = "LockTimeout",
        [64] = "WriteConcernFailed",
        [NoReplicationEnabled] = "NoReplicationEnabled",
        [89] = "NetworkTimeout",
        [91] = "ShutdownInProgress",
        [189] = "PrimarySteppedDown",
        [262] = "ExceededTimeLimit",
        [UnsupportedOpQuery] = "UnsupportedOpQueryCommand",
        [10107] = "NotWritablePrimary",
        [11600] = "InterruptedAtShutdown",
        [11602] = "InterruptedDueToReplStateChange",
        [13435] = "NotPrimaryNoSecondaryOk",
        [13436] = "NotPrimaryOrSecondary",
        [CommandNotFound] = "CommandNotFound",
        [TransactionTooOld] = "TransactionTooOld",
        [NoSuchTransaction] = "NoSuchTransaction",
    };

    static EngineErrors()
    {
        foreach (var (code, name) in BySqlState.Values)
            ByCode[code] = name;
    }

    public static int CodeOf(string sqlState) =>
        BySqlState.TryGetValue(sqlState, out var known) ? known.Code : InternalError;

    /// <summary>The code of an entry in writeErrors: either MongoDB's own already, or a packed SQLSTATE.</summary>
    public static int CodeOfPacked(int packed)
    {
        const int bitsPerCharacter = 6;
        if (packed < 1 << 24)
            return packed;
        var state = string.Create(5, packed, static (text, value) =>
        {
            for (var i = 0; i < text.Length; i++, value >>= bitsPerCharacter)
                text[i] = (char)('0' + (value & 0x3F));
        });
        return CodeOf(state);
    }

    /// <summary>The codes in writeErrors that say that another statement stood in the way; as the engine packs them.</summary>
    public static int[] PackedConflicts { get; } = [WriteConflict, .. BySqlState.Where(state => state.Value.Code == WriteConflict).Select(state => Packed(state.Key))];

    private static int Packed(string sqlState) => sqlState.Select((character, i) => (character - '0' & 0x3F) << (6 * i)).Sum();

    public static string NameOf(int code) => ByCode.GetValueOrDefault(code, $"Location{code}");

    /// <summary>Another attempt may succeed: nothing was written and only a concurrent statement stood in the way.</summary>
    public static bool IsConflict(PostgresException error) => error.SqlState
        is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable;

    /// <summary>The engine itself is away; a client must see what it would see of a dead server, a closed connection.</summary>
    public static bool IsOutage(NpgsqlException error) =>
        error is not PostgresException known || known.SqlState.StartsWith("57P", StringComparison.Ordinal)
        || known.SqlState.StartsWith("08", StringComparison.Ordinal);

    public static CommandFailure Translate(PostgresException error) => new(CodeOf(error.SqlState), error.MessageText);

    public static byte[] Reply(CommandFailure failure, BsonArray labels)
    {
        var reply = new BsonDocument
        {
            { "ok", 0.0 },
            { "errmsg", failure.Message },
            { "code", failure.Code },
            { "codeName", NameOf(failure.Code) },
        };
        reply.AddRange(failure.Details);
        if (labels.Count > 0)
            reply["errorLabels"] = labels;
        return reply.ToBson();
    }
}
