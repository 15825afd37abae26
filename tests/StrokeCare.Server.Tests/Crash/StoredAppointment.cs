using System.Data.Common;
using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>An appointment with the five minutes that it owns, as numbers, of its doctor's time and of its patient's.</summary>
internal sealed record StoredAppointment(string Id, string PatientId, string DoctorId, long Version)
{
    private const long CellMilliseconds = 300_000;

    public string Reason { get; init; } = "";

    public string Status { get; init; } = "scheduled";

    /// <summary>Unix milliseconds.</summary>
    public long StartsAt { get; init; }

    public int Minutes { get; init; } = 30;

    public IReadOnlyList<string> Overrides { get; init; } = [];

    public IReadOnlyList<long> OfDoctor { get; init; } = [];

    public IReadOnlyList<long> OfPatient { get; init; } = [];

    public bool IsActive => Status is "scheduled" or "arrived";

    /// <summary>As answers tell it.</summary>
    public string Starts => DateTimeOffset.FromUnixTimeMilliseconds(StartsAt).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public IEnumerable<long> Covers => Enumerable.Range(0, Minutes / 5).Select(cell => (StartsAt / CellMilliseconds) + cell);

    public static async Task<List<StoredAppointment>> AllAsync(ClinicStores stores, DbConnection connection) =>
        stores.Pair.Mongo ? await InMongoAsync(stores) : await InSqlAsync(connection);

    /// <summary>Cells of appointments that are not there; MongoDB keeps them in the document.</summary>
    public static async Task<IReadOnlyList<string>> OrphansAsync(ClinicStores stores, DbConnection connection) => stores.Pair.Mongo ? [] : await StoreSnapshot.RowsAsync(
        connection, "SELECT DISTINCT appointment_id FROM appointment_cells WHERE appointment_id NOT IN (SELECT id FROM appointments)", row => row.GetString(0));

    /// <summary>How often the hours of each doctor were set.</summary>
    public static async Task<Dictionary<string, long>> HoursAsync(DbConnection connection) =>
        (await StoreSnapshot.RowsAsync(connection, "SELECT doctor_id, version FROM working_hours", row => (Doctor: row.GetInt32(0), Version: row.GetInt64(1))))
        .ToDictionary(row => row.Doctor.ToString(CultureInfo.InvariantCulture), row => row.Version);

    private static async Task<List<StoredAppointment>> InSqlAsync(DbConnection connection)
    {
        var cells = (await StoreSnapshot.RowsAsync(
            connection, "SELECT appointment_id, doctor_id, patient_id, cell FROM appointment_cells",
            row => (Id: row.GetString(0), OfDoctor: !row.IsDBNull(1), OfPatient: !row.IsDBNull(2), Cell: row.GetInt64(3)))).ToLookup(row => row.Id);
        var overrides = (await StoreSnapshot.RowsAsync(
            connection, "SELECT appointment_id, overridden_id FROM appointment_overrides", row => (Id: row.GetString(0), Overridden: row.GetString(1)))).ToLookup(row => row.Id, row => row.Overridden);
        return await StoreSnapshot.RowsAsync(
            connection, "SELECT id, patient_id, doctor_id, version, reason, status, starts_at, duration_minutes FROM appointments",
            row => new StoredAppointment(row.GetString(0), row.GetString(1), row.GetInt32(2).ToString(CultureInfo.InvariantCulture), row.GetInt64(3))
            {
                Reason = row.GetString(4),
                Status = row.GetString(5),
                StartsAt = row.GetInt64(6),
                Minutes = row.GetInt32(7),
                Overrides = [.. overrides[row.GetString(0)]],
                OfDoctor = [.. cells[row.GetString(0)].Where(cell => cell.OfDoctor).Select(cell => cell.Cell)],
                OfPatient = [.. cells[row.GetString(0)].Where(cell => cell.OfPatient).Select(cell => cell.Cell)],
            });
    }

    private static async Task<List<StoredAppointment>> InMongoAsync(ClinicStores stores)
    {
        var documents = await stores.MongoDatabase.GetCollection<BsonDocument>("appointments").Find(new BsonDocument()).ToListAsync();
        return documents.ConvertAll(d => new StoredAppointment(
            d["_id"].AsObjectId.ToString(), d["patient_id"].AsString, d["doctor_id"].ToInt32().ToString(CultureInfo.InvariantCulture), d["version"].ToInt64())
        {
            Reason = d["reason"].AsString,
            Status = d["status"].AsString,
            StartsAt = new DateTimeOffset(d["starts_at"].ToUniversalTime()).ToUnixTimeMilliseconds(),
            Minutes = d["duration_minutes"].ToInt32(),
            Overrides = [.. Array(d, "overrides").Select(id => id.AsObjectId.ToString())],
            OfDoctor = [.. Array(d, "cells").Select(cell => cell.ToInt64())],
            OfPatient = [.. Array(d, "patient_cells").Select(cell => cell.ToInt64())],
        });
    }

    private static BsonArray Array(BsonDocument document, string name) => document.TryGetValue(name, out var value) && value is BsonArray array ? array : new BsonArray();
}
