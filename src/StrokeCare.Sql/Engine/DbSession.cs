using System.Data.Common;

namespace StrokeCare.Sql.Engine;

/// <summary>One connection and the statements it has prepared. Used by one caller at a time.</summary>
internal class DbSession(DbConnection connection, Dialect dialect) : IDisposable
{
    private readonly Dictionary<Statement, DbCommand> prepared = [];

    public DbConnection Connection { get; } = connection;

    /// <summary>
    /// An earlier attempt at this very job was cut off at its COMMIT and may have come through: whoever finds its own
    /// change in place has succeeded.
    /// </summary>
    public bool MayHaveCommitted { get; set; }

    /// <summary>The open transaction, where the driver wants one as an object.</summary>
    public DbTransaction? Transaction { get; set; }

    /// <summary>Runs the statement; answers how many rows it changed.</summary>
    public int Execute(Statement statement, params ReadOnlySpan<object?> values)
    {
        var own = statement.Parameters.Length;
        var changed = Run(statement, values[..own]);
        if (changed > 0 && statement.Next is { } next) Execute(next, values[own..]);
        return changed;
    }

    /// <summary>As <see cref="Execute"/>, of a statement on which nothing follows, without blocking a thread.</summary>
    public Task<int> ExecuteAsync(Statement statement, object?[] values) => Bind(statement, values).ExecuteNonQueryAsync(CancellationToken.None);

    /// <summary>Runs the statement once per row of values, in one round trip where there is one; answers the rows changed by each.</summary>
    public virtual int[] ExecuteMany(Statement statement, IReadOnlyList<object?[]> rows)
    {
        var changed = new int[rows.Count];
        for (var i = 0; i < changed.Length; i++) changed[i] = Execute(statement, rows[i]);
        return changed;
    }

    /// <summary>The first row, mapped; default when there is none.</summary>
    public T? First<T>(Statement statement, Func<DbDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(statement, values).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    public List<T> Query<T>(Statement statement, Func<DbDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(statement, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(map(reader));
        return rows;
    }

    /// <summary>As <see cref="Query"/>, without blocking a thread where the driver can do so.</summary>
    public async Task<List<T>> QueryAsync<T>(Statement statement, Func<DbDataReader, T> map, object?[] values, CancellationToken ct)
    {
        await using var reader = await Bind(statement, values).ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(map(reader));
        return rows;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var command in prepared.Values) command.Dispose();
        Transaction?.Dispose();
        Connection.Dispose();
    }

    /// <summary>One statement by itself; answers how many rows it changed.</summary>
    protected virtual int Run(Statement statement, ReadOnlySpan<object?> values) => Bind(statement, values).ExecuteNonQuery();

    private DbCommand Bind(Statement statement, ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(statement, out var command)) prepared[statement] = command = Prepare(statement);
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = dialect.Encode(statement.Parameters[i], values[i]);
        return command;
    }

    private DbCommand Prepare(Statement statement)
    {
        var command = Connection.CreateCommand();
        command.CommandText = statement.Sql;
        for (var i = 0; i < statement.Parameters.Length; i++) command.Parameters.Add(dialect.Parameter(statement.Parameters[i], i + 1));
        command.Prepare();
        return command;
    }
}
