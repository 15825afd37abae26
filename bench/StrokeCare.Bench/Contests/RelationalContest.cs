using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Changes;
using StrokeCare.Sql;

namespace StrokeCare.Bench.Contests;

/// <summary>What the two relational contests have in common: our store opened on a migrated database, and rows told as text.</summary>
internal static class RelationalContest
{
    public static async Task<RelationalStore> OpenMigratedAsync(string url, ChangeSignal changed, TimeProvider time, CancellationToken ct)
    {
        var store = await RelationalStore.OpenAsync(url, changed, time, NullLoggerFactory.Instance, ct);
        await store.MigrateAsync(null, ct);
        return store;
    }

    /// <summary>The patient's row and its outbox row, column by column; the outbox's running number belongs to the table.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> StoredAsync(DbConnection connection, string patientId, CancellationToken ct)
    {
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (table, key) in new[] { ("patients", "id"), ("outbox", "entity_id") })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table} WHERE {key} = $1";
            var parameter = command.CreateParameter();
            parameter.Value = patientId;
            if (parameter is Microsoft.Data.Sqlite.SqliteParameter) parameter.ParameterName = "$1";
            command.Parameters.Add(parameter);
            await using var row = await command.ExecuteReaderAsync(ct);
            if (!await row.ReadAsync(ct)) continue;
            for (var i = 0; i < row.FieldCount; i++)
            {
                if (row.GetName(i) != "position") stored[$"{table}.{row.GetName(i)}"] = Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture)!;
            }
        }

        return stored;
    }
}
