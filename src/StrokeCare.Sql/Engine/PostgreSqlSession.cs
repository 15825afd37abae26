using Npgsql;

namespace StrokeCare.Sql.Engine;

/// <summary>A connection to PostgreSQL: many rows go in one round trip.</summary>
internal sealed class PostgreSqlSession(NpgsqlConnection connection, PostgreSqlDialect dialect) : DbSession(connection, dialect)
{
    public override int[] ExecuteMany(Statement statement, IReadOnlyList<object?[]> rows)
    {
        if (rows.Count == 1) return [Execute(statement, rows[0])];
        if (statement.Many is { } many && ManyRows.AreApart(rows)) return Placed(many, rows);
        using var batch = new NpgsqlBatch((NpgsqlConnection)Connection, (NpgsqlTransaction?)Transaction);
        foreach (var row in rows)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            for (var i = 0; i < row.Length; i++)
            {
                var parameter = dialect.Parameter(statement.Parameters[i], i + 1);
                parameter.Value = dialect.Encode(statement.Parameters[i], row[i]);
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        batch.Prepare();
        batch.ExecuteNonQuery();
        var changed = new int[rows.Count];
        for (var i = 0; i < changed.Length; i++) changed[i] = batch.BatchCommands[i].RecordsAffected;
        return changed;
    }

    private int[] Placed(Statement many, IReadOnlyList<object?[]> rows)
    {
        var changed = new int[rows.Count];
        foreach (var place in Query(many, row => row.GetInt64(0), ManyRows.Columns(many, rows))) changed[place - 1] = 1;
        return changed;
    }
}
