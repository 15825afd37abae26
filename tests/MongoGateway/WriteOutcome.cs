using System.Buffers.Binary;

namespace MongoGateway;

/// <summary>
/// What the engine answers to a write of several statements when some of them met another client's: it writes the others and names
/// those in its result. A MongoDB server tries them again by itself. Here the result is looked at inside the statement, and one with
/// a conflict in it is raised as one: nothing of the write is kept, and all of it is tried again.
/// </summary>
internal static class WriteOutcome
{
    /// <summary>Whether the write succeeded, as a column; raises SQLSTATE 40001 for a conflict.</summary>
    public const string Settled = "strokecare_gateway.settled(p_result::bytea, p_success)";

    /// <summary>How an element "code" of type int32 begins.</summary>
    private const string Code = "10636f646500";

    /// <summary>Creates the function; safe to race, as gateways that start together do.</summary>
    public static Task PrepareAsync(Engine engine)
    {
        var conflicts = string.Join(" OR ", EngineErrors.PackedConflicts.Select(code => $"position('\\x{Code}{Bytes(code)}'::bytea IN reply) > 0"));
        return engine.ExecuteAsync($$"""
            SELECT pg_advisory_xact_lock(6470);
            CREATE OR REPLACE FUNCTION strokecare_gateway.settled(reply bytea, succeeded boolean) RETURNS boolean LANGUAGE plpgsql AS $body$
            BEGIN
              IF NOT succeeded AND ({{conflicts}}) THEN
                RAISE EXCEPTION 'write conflict' USING ERRCODE = '40001';
              END IF;
              RETURN succeeded;
            END
            $body$;
            """);
    }

    private static string Bytes(int code)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, code);
        return Convert.ToHexStringLower(bytes);
    }
}
