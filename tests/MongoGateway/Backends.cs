using System.Data;
using Npgsql;

namespace MongoGateway;

/// <summary>
/// Connections to the engine, the last used first: the backend behind it has plans and caches warm. Npgsql's own pool takes turns among
/// all that it has, so that after a crowd each statement of a single client meets a backend that has gone cold.
/// </summary>
internal sealed class Backends(NpgsqlDataSource source, TimeProvider time) : IAsyncDisposable
{
    // The engine opens a second connection to itself to create a collection, so this must stay well under half of max_connections.
    private const int Most = 100;

    private static readonly TimeSpan KeptIdle = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _free = new(Most, Most);
    private readonly Lock _gate = new();

    // In the order of their last use: what is taken is the last, what is closed are the first.
    private readonly List<(NpgsqlConnection Connection, long Since)> _idle = [];

    // Counts outages: what was out during one is not kept, whatever it says of itself.
    private int _outages;

    /// <summary>Waits while as many as there may be are out, but not for ever. Disposal gives it back, its transaction ended.</summary>
    public async ValueTask<Backend> RentAsync()
    {
        if (!await _free.WaitAsync(Patience))
            throw new NpgsqlException($"{Most} connections to the engine are in use", new TimeoutException());
        try
        {
            var outages = Volatile.Read(ref _outages);
            return new Backend(this, TakeIdle() ?? await source.OpenConnectionAsync(), outages);
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public async ValueTask GiveBackAsync(NpgsqlConnection connection, int outages)
    {
        try
        {
            if (!Keep(connection, outages))
                await connection.DisposeAsync();
        }
        finally
        {
            _free.Release();
        }
    }

    public async Task CloseIdleAsync()
    {
        List<NpgsqlConnection> closed;
        lock (_gate)
        {
            var kept = _idle.FindIndex(one => time.GetElapsedTime(one.Since) < KeptIdle);
            closed = Take(kept < 0 ? _idle.Count : kept);
        }

        foreach (var connection in closed)
            await connection.DisposeAsync();
    }

    /// <summary>After an outage each of them is a dead one.</summary>
    public void Clear()
    {
        List<NpgsqlConnection> dead;
        lock (_gate)
        {
            _outages++;
            dead = Take(_idle.Count);
        }

        foreach (var connection in dead)
            connection.Dispose();
    }

    private bool Keep(NpgsqlConnection connection, int outages)
    {
        lock (_gate)
        {
            if (outages != _outages || connection.FullState != ConnectionState.Open)
                return false;
            _idle.Add((connection, time.GetTimestamp()));
            return true;
        }
    }

    private List<NpgsqlConnection> Take(int count)
    {
        var taken = _idle.Take(count).Select(one => one.Connection).ToList();
        _idle.RemoveRange(0, count);
        return taken;
    }

    private NpgsqlConnection? TakeIdle()
    {
        lock (_gate)
        {
            if (_idle.Count == 0)
                return null;
            var last = _idle[^1].Connection;
            _idle.RemoveAt(_idle.Count - 1);
            return last;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Clear();
        _free.Dispose();
        await source.DisposeAsync();
    }
}

/// <summary>One of them, in use.</summary>
internal sealed class Backend(Backends pool, NpgsqlConnection connection, int outages) : IAsyncDisposable
{
    private bool _given;

    public NpgsqlConnection Connection => connection;

    public ValueTask DisposeAsync()
    {
        if (_given)
            return default;
        _given = true;
        return pool.GiveBackAsync(connection, outages);
    }
}
