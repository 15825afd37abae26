using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// The writer's connection to SQLite. It binds what it writes by position: Microsoft.Data.Sqlite finds every parameter
/// by its name on every execution, which for a record's columns costs as much as the insert itself.
/// </summary>
internal sealed class SqliteSession(SqliteConnection connection, SqliteDialect dialect) : DbSession(connection, dialect)
{
    private readonly Dictionary<Statement, SqliteWrite> writes = [];

    protected override int Run(Statement statement, ReadOnlySpan<object?> values)
    {
        if (!writes.TryGetValue(statement, out var write)) writes[statement] = write = new(((SqliteConnection)Connection).Handle!, statement, dialect);
        return write.Execute(values);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var write in writes.Values) write.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>One prepared statement that answers no rows.</summary>
internal sealed class SqliteWrite : IDisposable
{
    private readonly sqlite3 database;
    private readonly Dialect dialect;
    private readonly sqlite3_stmt prepared;
    private readonly (SqlType Type, int Value)[] places;

    /// <exception cref="SqliteException">The statement cannot be prepared.</exception>
    public SqliteWrite(sqlite3 database, Statement statement, Dialect dialect)
    {
        (this.database, this.dialect) = (database, dialect);
        Check(raw.sqlite3_prepare_v2(database, statement.Sql, out prepared));
        // Places are numbered as they appear; their names ($1, $2 …) say which value each of them takes.
        places = [.. Enumerable.Range(1, raw.sqlite3_bind_parameter_count(prepared)).Select(place =>
        {
            var name = raw.sqlite3_bind_parameter_name(prepared, place).utf8_to_string();
            var value = int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture) - 1;
            return (statement.Parameters[value], value);
        })];
    }

    /// <summary>Answers how many rows were changed.</summary>
    /// <exception cref="SqliteException">The statement has left nothing behind.</exception>
    public int Execute(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < places.Length; i++) Check(Bind(i + 1, dialect.Encode(places[i].Type, values[places[i].Value])));
        int outcome;
        do
        {
            outcome = raw.sqlite3_step(prepared);
        }
        while (outcome == raw.SQLITE_ROW);

        var changed = raw.sqlite3_changes(database);
        // Answers what the step failed with, if it did.
        Check(raw.sqlite3_reset(prepared));
        return changed;
    }

    public void Dispose() => prepared.Dispose();

    private int Bind(int place, object value) => value switch
    {
        string text => raw.sqlite3_bind_text(prepared, place, text),
        int number => raw.sqlite3_bind_int(prepared, place, number),
        long number => raw.sqlite3_bind_int64(prepared, place, number),
        double number => raw.sqlite3_bind_double(prepared, place, number),
        bool flag => raw.sqlite3_bind_int(prepared, place, flag ? 1 : 0),
        byte[] bytes => raw.sqlite3_bind_blob(prepared, place, bytes),
        DBNull => raw.sqlite3_bind_null(prepared, place),
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be bound.", nameof(value)),
    };

    private void Check(int outcome) => SqliteException.ThrowExceptionForRC(outcome, database);
}
