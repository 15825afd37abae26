using System.Collections.Concurrent;
using System.Data.Common;

namespace StrokeCare.Sql.Engine;

/// <summary>Reading connections, kept open with their prepared statements.</summary>
internal sealed class Readers(Dialect dialect) : IAsyncDisposable
{
    private readonly SemaphoreSlim places = new(dialect.Readers);
    private readonly ConcurrentStack<DbSession> idle = [];
    private volatile bool closed;

    public async Task<T?> FirstAsync<T>(Statement statement, Func<DbDataReader, T> map, object?[] values, CancellationToken ct)
    {
        var rows = await QueryAsync(statement, map, values, ct);
        return rows.Count > 0 ? rows[0] : default;
    }

    /// <summary>All rows, mapped. An outage throws <see cref="StoreUnavailableException"/>, after one more try on a fresh connection.</summary>
    public async Task<List<T>> QueryAsync<T>(Statement statement, Func<DbDataReader, T> map, object?[] values, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        await places.WaitAsync(ct);
        try
        {
            if (idle.TryPop(out var session))
            {
                try
                {
                    return await QueryAsync(session);
                }
                catch (Exception stale) when (dialect.FaultOf(stale) != Fault.Job)
                {
                    // It may have died of age while idle; only a fresh connection tells.
                }
            }

            return await QueryAsync(await dialect.OpenReaderAsync(ct));
        }
        catch (Exception outage) when (dialect.FaultOf(outage) != Fault.Job)
        {
            throw new StoreUnavailableException(dialect.EngineName, "the store does not answer", outage);
        }
        finally
        {
            places.Release();
        }

        async Task<List<T>> QueryAsync(DbSession session)
        {
            var returned = false;
            try
            {
                var rows = await session.QueryAsync(statement, map, values, ct);
                idle.Push(session);
                returned = true;
                return rows;
            }
            finally
            {
                if (!returned) session.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        closed = true;
        for (var i = 0; i < dialect.Readers; i++) await places.WaitAsync();
        while (idle.TryPop(out var session)) session.Dispose();
        places.Dispose();
    }
}
