using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using MongoDB.Bson;
using MongoDB.Driver;
using Npgsql;

namespace StrokeCare.Server.Tests.Crash;

internal sealed record StoredPatient(string Id, long Version, string? FirstName, string? LastName, string? SourceKey)
{
    /// <summary>Whose record it is.</summary>
    public string? UserId { get; init; }

    public string? DoctorId { get; init; }

    public bool Archived { get; init; }
}

internal sealed record StoredLogRow(long Seq, string ChangeId, string EventType, string? EntityType, string? EntityId, long? EntityVersion)
{
    public string? Username { get; init; }

    public string? TargetUsername { get; init; }

    public string? TargetUserId { get; init; }

    public string? Status { get; init; }
}

internal sealed record StoredEntry(string Id, string PatientId, long Version, string Diagnosis);

/// <summary>What is in the stores, read past the product by the engines' own drivers.</summary>
internal sealed record StoreSnapshot(IReadOnlyList<StoredPatient> Patients, IReadOnlyList<StoredLogRow> Log, long HeadSeq)
{
    public IReadOnlyList<StoredAccount> Accounts { get; init; } = [];

    public IReadOnlyList<StoredEntry> History { get; init; } = [];

    public IReadOnlyList<StoredAppointment> Appointments { get; init; } = [];

    /// <summary>Ids of appointments that own time and are not there.</summary>
    public IReadOnlyList<string> OrphanCells { get; init; } = [];

    /// <summary>Patients whose archiving is not at its end, the later look included.</summary>
    public IReadOnlySet<string> BeingArchived { get; init; } = new HashSet<string>();

    /// <summary>The version of each doctor's hours.</summary>
    public IReadOnlyDictionary<string, long> Hours { get; init; } = new Dictionary<string, long>();

    /// <summary>Records and accounts first: a version that is there must be in the log that is read after.</summary>
    public static async Task<StoreSnapshot> ReadAsync(ClinicStores stores)
    {
        await using var connection = await OpenAsync(stores);
        var patients = stores.Pair.Mongo
            ? await MongoPatientsAsync(stores)
            : await RowsAsync(connection, "SELECT id, version, first_name, last_name, source_key, user_id, assigned_doctor_id, archived_at FROM patients", row =>
                new StoredPatient(row.GetString(0), row.GetInt64(1), Text(row, 2), Text(row, 3), Text(row, 4)) { UserId = Whole(row, 5), DoctorId = Whole(row, 6), Archived = !row.IsDBNull(7) });
        var accounts = await StoredAccount.AllAsync(stores, connection);
        var history = stores.Pair.Mongo
            ? await MongoHistoryAsync(stores)
            : await RowsAsync(connection, "SELECT id, patient_id, version, diagnosis FROM medical_history", row =>
                new StoredEntry(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3)));
        // Before the appointments: an archiving that is at its end has cancelled them.
        var archiving = await RowsAsync(connection, "SELECT patient_id FROM intents WHERE kind IN ('archiving', 'archived_lately') AND closed_at IS NULL", row => row.GetString(0));
        var appointments = await StoredAppointment.AllAsync(stores, connection);
        var (orphans, hours) = (await StoredAppointment.OrphansAsync(stores, connection), await StoredAppointment.HoursAsync(connection));
        var log = await RowsAsync(
            connection, "SELECT seq, change_id, event_type, entity_type, entity_id, entity_version, username, target_username, status, target_user_id FROM security_logs ORDER BY seq", row =>
                new StoredLogRow(row.GetInt64(0), row.GetString(1), row.GetString(2), Text(row, 3), Text(row, 4), row.IsDBNull(5) ? null : row.GetInt64(5))
                {
                    Username = Text(row, 6),
                    TargetUsername = Text(row, 7),
                    Status = Text(row, 8),
                    TargetUserId = Whole(row, 9),
                });
        var head = await RowsAsync(connection, "SELECT seq FROM log_head", row => row.GetInt64(0));
        return new StoreSnapshot(patients, log, head.Single())
        {
            Accounts = accounts,
            History = history,
            Appointments = appointments,
            OrphanCells = orphans,
            BeingArchived = archiving.ToHashSet(),
            Hours = hours,
        };
    }

    /// <summary>Changes that wait for the log.</summary>
    public static async Task<long> PendingAsync(ClinicStores stores)
    {
        await using var connection = await OpenAsync(stores);
        var outbox = await RowsAsync(connection, "SELECT count(*) FROM outbox", row => row.GetInt64(0));
        if (!stores.Pair.Mongo) return outbox.Single();
        var some = new BsonDocument("$or", new BsonArray
        {
            new BsonDocument("pending_since", new BsonDocument("$exists", true)),
            new BsonDocument("pending.0", new BsonDocument("$exists", true)),
        });
        var pending = outbox.Single();
        foreach (var collection in stores.Pair.MongoUsers ? ["patients", "medical_history", "appointments", "users"] : new[] { "patients", "medical_history", "appointments" })
            pending += await stores.MongoDatabase.GetCollection<BsonDocument>(collection).CountDocumentsAsync(some);
        return pending;
    }

    public static async Task<DbConnection> OpenAsync(ClinicStores stores)
    {
        DbConnection connection = stores.Pair.Postgres
            ? new NpgsqlConnection(stores.PostgresConnectionString + ";Pooling=false")
            : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = stores.SqliteFile, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public static async Task<List<T>> RowsAsync<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    private static async Task<List<StoredPatient>> MongoPatientsAsync(ClinicStores stores)
    {
        var fields = new BsonDocument { ["version"] = 1, ["first_name"] = 1, ["last_name"] = 1, ["source_key"] = 1, ["user_id"] = 1, ["assigned_doctor_id"] = 1, ["archived_at"] = 1 };
        var documents = await stores.MongoDatabase.GetCollection<BsonDocument>("patients")
            .Find(Builders<BsonDocument>.Filter.Exists("refused_at", false)).Project(fields).ToListAsync();
        return [.. documents.Select(d => new StoredPatient(
            d["_id"].AsObjectId.ToString(), d["version"].ToInt64(), Text(d, "first_name"), Text(d, "last_name"), Text(d, "source_key"))
        {
            UserId = Whole(d, "user_id"),
            DoctorId = Whole(d, "assigned_doctor_id"),
            Archived = d.TryGetValue("archived_at", out var archived) && !archived.IsBsonNull,
        })];
    }

    private static async Task<List<StoredEntry>> MongoHistoryAsync(ClinicStores stores)
    {
        var fields = new BsonDocument { ["patient_id"] = 1, ["version"] = 1, ["diagnosis"] = 1 };
        var documents = await stores.MongoDatabase.GetCollection<BsonDocument>("medical_history").Find(new BsonDocument()).Project(fields).ToListAsync();
        return [.. documents.Select(d => new StoredEntry(d["_id"].AsObjectId.ToString(), d["patient_id"].AsString, d["version"].ToInt64(), d["diagnosis"].AsString))];
    }

    private static string? Whole(DbDataReader row, int column) => row.IsDBNull(column) ? null : Whole(row.GetInt64(column));

    private static string? Whole(BsonDocument document, string field) =>
        document.TryGetValue(field, out var value) && value.IsNumeric ? Whole(value.ToInt64()) : null;

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string? Text(BsonDocument document, string field) =>
        document.TryGetValue(field, out var value) && value.IsString ? value.AsString : null;
}
