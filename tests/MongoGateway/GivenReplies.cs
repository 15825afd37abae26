using Npgsql;

namespace MongoGateway;

/// <summary>
/// The reply to each session's last retryable write, and its last committed transaction, in a table of the engine's own: written in the transaction of
/// the write itself, as a MongoDB server does, so that a retry is answered and not applied again whatever was killed meanwhile.
/// </summary>
internal sealed class GivenReplies(Engine engine)
{
    /// <summary>One at a time per session: who looks a retry up must not be quicker than the first attempt, whose client or gateway died.</summary>
    private const string TakeTurn = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    /// <summary>Creates the table; safe to race, as gateways that start together do.</summary>
    public static Task PrepareAsync(Engine engine) => engine.ExecuteAsync("""
        SELECT pg_advisory_xact_lock(6470);
        CREATE SCHEMA IF NOT EXISTS strokecare_gateway;
        CREATE TABLE IF NOT EXISTS strokecare_gateway.replies
          (session text PRIMARY KEY, number bigint NOT NULL, reply bytea NOT NULL, at timestamptz NOT NULL) WITH (fillfactor = 50);
        """);

    /// <summary>Runs a write function, given as its call, together with the keeping of its reply.</summary>
    public Task<EngineRow> WriteAsync(Request request, string function, params object[] arguments)
    {
        var kept = Keep($"${arguments.Length + 1}", $"${arguments.Length + 2}");
        var sql = $"WITH done AS MATERIALIZED (SELECT p_result::bytea AS reply, {WriteOutcome.Settled} AS succeeded FROM {function}), kept AS ({kept}) SELECT reply, NULL::bytea, succeeded, 0::bigint FROM done";
        var session = request.Session!;
        return engine.CallAsync(
            default, sql, request.MaxTimeMs, [.. arguments, session, request.TransactionNumber!.Value],
            before: () => new NpgsqlBatchCommand(TakeTurn) { Parameters = { new NpgsqlParameter { Value = session } } });
    }

    /// <summary>The reply that this very write was given; null when it was never applied.</summary>
    public async Task<byte[]?> FindAsync(Request request)
    {
        await engine.ExecuteAsync(TakeTurn, request.Session!);
        var row = await engine.CallAsync(default,
            "SELECT reply, NULL::bytea, true, 0::bigint FROM strokecare_gateway.replies WHERE session = $1 AND number = $2",
            0, request.Session!, request.TransactionNumber!.Value);
        return row.Document;
    }

    /// <summary>As part of the transaction that is about to commit.</summary>
    public Task CommittingAsync(Request request, Scope scope) => engine.CallAsync(
        scope, $"WITH done AS (SELECT $1::bytea AS reply), kept AS ({Keep("$2", "$3")}) SELECT reply, NULL::bytea, true, 0::bigint FROM done",
        0, new ReadOnlyMemory<byte>(Reply.Ok.Document), request.Session!, request.TransactionNumber!.Value);

    /// <summary>What no driver asks for any more: a session ends after 30 minutes without use.</summary>
    public static Task ExpireAsync(Engine engine) => engine.ExecuteAsync("DELETE FROM strokecare_gateway.replies WHERE at < now() - interval '1 hour'");

    // The reply is what the statement's "done" holds.
    private static string Keep(string session, string number) =>
        $"INSERT INTO strokecare_gateway.replies AS r (session, number, reply, at) SELECT {session}, {number}, reply, now() FROM done " +
        "ON CONFLICT (session) DO UPDATE SET number = excluded.number, reply = excluded.reply, at = excluded.at";
}
