using System.Data.Common;
using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>An account as it is stored.</summary>
internal sealed record StoredAccount(string Id, string Name, long Version, bool Active, string? ReservedBy)
{
    public static async Task<IReadOnlyList<StoredAccount>> AllAsync(ClinicStores stores, DbConnection connection)
    {
        if (!stores.Pair.MongoUsers)
        {
            return await StoreSnapshot.RowsAsync(connection, "SELECT id, username, version, is_active, reserved_by FROM users", row =>
                new StoredAccount(Text(row.GetInt64(0)), row.GetString(1), row.GetInt64(2), row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetString(4)));
        }

        var documents = await stores.MongoDatabase.GetCollection<BsonDocument>("users").Find(FilterDefinition<BsonDocument>.Empty).ToListAsync();
        return [.. documents.Select(d => new StoredAccount(
            Text(d["_id"].ToInt64()), d["username"].AsString, d["version"].ToInt64(), d["is_active"].AsBoolean, d.GetValue("reserved_by", BsonNull.Value) is BsonString by ? by.Value : null))];
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What is under way across stores, or was.</summary>
internal sealed record StoredIntent(string Id, string Kind, string? PatientId, bool HasPayload, string? Outcome, bool IsOpen)
{
    public static async Task<IReadOnlyList<StoredIntent>> AllAsync(ClinicStores stores)
    {
        await using var connection = await StoreSnapshot.OpenAsync(stores);
        return await StoreSnapshot.RowsAsync(connection, "SELECT id, kind, patient_id, payload, outcome, closed_at FROM intents", row => new StoredIntent(
            row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), !row.IsDBNull(3), row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5)));
    }

    /// <summary>Changes a sealed payload past the product: it cannot be opened any more.</summary>
    public static async Task CorruptAsync(ClinicStores stores, string id)
    {
        await using var connection = await StoreSnapshot.OpenAsync(stores);
        await using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE intents SET payload = {(stores.Pair.Postgres ? @"'\x00'" : "x'00'")} WHERE id = @id AND closed_at IS NULL";
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@id", id);
        command.Parameters.Add(parameter);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    /// <summary>The tombstone of a record that will never be.</summary>
    public static async Task<bool> IsRefusedAsync(ClinicStores stores, string patientId)
    {
        if (stores.Pair.Mongo)
        {
            var tombstone = Builders<BsonDocument>.Filter.Eq("_id", ObjectId.Parse(patientId)) & Builders<BsonDocument>.Filter.Exists("refused_at");
            return await stores.MongoDatabase.GetCollection<BsonDocument>("patients").Find(tombstone).AnyAsync();
        }

        await using var connection = await StoreSnapshot.OpenAsync(stores);
        return (await StoreSnapshot.RowsAsync(connection, "SELECT id FROM refused_ids", row => row.GetString(0))).Contains(patientId);
    }
}
