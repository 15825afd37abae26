using System.Data;

namespace MongoGateway;

/// <summary>
/// Multi-document transactions: snapshot isolation in one PostgreSQL transaction, from startTransaction to commit, abort, the first error,
/// the closing of the client's connection, or a minute without use.
/// </summary>
internal sealed class Transactions(Engine engine, Sessions sessions, TimeProvider time)
{
    private readonly GivenReplies _given = new(engine);

    public async Task<Reply> RunAsync(Request request, int client, Func<Scope, Task<Reply>> dispatch)
    {
        if (request.Session is null || request.TransactionNumber is null)
            throw new CommandFailure(EngineErrors.BadValue, "a transaction needs lsid and txnNumber");
        if (request.Name == "commitTransaction")
            return await CommitAsync(request);
        if (request.Name == "abortTransaction")
            return await AbortAsync(request);
        var transaction = request.StartsTransaction
            ? await sessions.BeginAsync(request, () => OpenAsync(request.TransactionNumber.Value, client))
            : sessions.Find(request, client);
        var completed = false;
        try
        {
            var reply = await transaction.UseAsync(request, dispatch);
            completed = !reply.HasWriteErrors;
            return reply;
        }
        finally
        {
            // As in MongoDB, any error inside a transaction ends it.
            if (!completed)
                await DropAsync(request);
        }
    }

    private async Task<OpenTransaction> OpenAsync(long number, int client)
    {
        var backend = await engine.OpenAsync();
        try
        {
            var transaction = await backend.Connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
            return new OpenTransaction(backend, transaction, number) { Client = client, UsedAt = time.GetTimestamp() };
        }
        catch
        {
            await backend.DisposeAsync();
            throw;
        }
    }

    private async Task<Reply> CommitAsync(Request request)
    {
        if (sessions.Take(request.Session!, request.TransactionNumber) is not { } transaction)
            return await _given.FindAsync(request) is not null ? Reply.Ok : throw Sessions.NoSuchTransaction(request);
        await transaction.CommitAsync(scope => _given.CommittingAsync(request, scope));
        return Reply.Ok;
    }

    private async Task<Reply> AbortAsync(Request request)
    {
        if (!await DropAsync(request))
            throw Sessions.NoSuchTransaction(request);
        return Reply.Ok;
    }

    private async Task<bool> DropAsync(Request request)
    {
        if (sessions.Take(request.Session!, request.TransactionNumber) is not { } transaction)
            return false;
        await transaction.RollbackAsync();
        return true;
    }
}
