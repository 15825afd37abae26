using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace MongoGateway;

/// <summary>A client's multi-document transaction: one PostgreSQL transaction on a connection of its own.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A SemaphoreSlim without a wait handle holds nothing.")]
internal sealed class OpenTransaction(Backend backend, NpgsqlTransaction transaction, long number)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _ended;

    public long Number { get; } = number;

    /// <summary>The client connection that used it last; when that closes, the transaction is rolled back.</summary>
    public int Client { get; set; }

    public long UsedAt { get; set; }

    /// <summary>Statements of one transaction run one at a time, whatever the client does.</summary>
    public async Task<T> UseAsync<T>(Request request, Func<Scope, Task<T>> work)
    {
        await _turn.WaitAsync();
        try
        {
            if (_ended)
                throw Sessions.NoSuchTransaction(request);
            return await work(new Scope(backend.Connection));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="last">Runs inside it, before the commit itself.</param>
    public Task CommitAsync(Func<Scope, Task> last) => EndAsync(last);

    public Task RollbackAsync() => EndAsync(last: null);

    private async Task EndAsync(Func<Scope, Task>? last)
    {
        await _turn.WaitAsync();
        try
        {
            if (_ended)
                return;
            _ended = true;
            // Disposal without a commit rolls back, also on a connection that has died.
            await using (backend)
            await using (transaction)
            {
                if (last is null)
                    return;
                await last(new Scope(backend.Connection));
                await transaction.CommitAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
