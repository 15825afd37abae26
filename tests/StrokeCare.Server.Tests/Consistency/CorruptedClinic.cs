using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Server.Commands;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Consistency;

/// <summary>A record, its entry of history and its appointment.</summary>
internal sealed record CorruptedRecord(string Patient, string Entry, string Appointment);

/// <summary>A clinic that is whole, no process on it, and a way past the product to make it otherwise.</summary>
internal sealed class CorruptedClinic(Pair pair) : IAsyncDisposable
{
    private readonly PortalStores stores = new(pair);
    private OperatorSession session = null!;
    private DbConnection relational = null!;

    /// <summary>Records that nothing was done to yet, each at version 2, with one entry of history and one appointment at version 1.</summary>
    public Queue<CorruptedRecord> Whole { get; } = new();

    public UserId Doctor { get; private set; }

    /// <summary>An account that is no doctor.</summary>
    public UserId Admin { get; private set; }

    public static DateTimeOffset AnHourAgo => TimeProvider.System.GetUtcNow().AddHours(-1);

    public bool IsOnMongo => pair.UsesMongo();

    public static async Task<CorruptedClinic> OpenAsync(Pair pair, int records)
    {
        var clinic = new CorruptedClinic(pair);
        await clinic.FillAsync(records);
        return clinic;
    }

    public async Task<ConsistencyReport> CheckAsync() =>
        (await session.Get<CheckConsistencyHandler>().HandleAsync(Actor.Operator, null, CancellationToken.None)).Value!;

    public async Task<ConsistencyRepair> RepairAsync() =>
        (await session.Get<RepairConsistencyHandler>().HandleAsync(Actor.Operator, CancellationToken.None)).Value!;

    /// <summary>Changes one field where the clinical records are.</summary>
    public async Task SetAsync(string table, string id, string field, object value)
    {
        if (IsOnMongo) await Documents(table).UpdateOneAsync(ById(id), Builders<BsonDocument>.Update.Set(field, BsonValue.Create(value)));
        else await SqlAsync($"UPDATE {table} SET {field} = {Literal(value)} WHERE id = '{id}'");
    }

    public async Task DeleteAsync(string table, string id)
    {
        if (IsOnMongo) await Documents(table).DeleteOneAsync(ById(id));
        else await SqlAsync($"DELETE FROM {table} WHERE id = '{id}'");
    }

    public IMongoCollection<BsonDocument> Documents(string collection) => stores.MongoDatabase.GetCollection<BsonDocument>(collection);

    public async Task SqlAsync(string sql)
    {
        await using var command = relational.CreateCommand();
        command.CommandText = sql;
        Assert.True(await command.ExecuteNonQueryAsync() > 0, sql);
    }

    /// <summary>A change that is durable with its record and that no relay has carried; it came an hour ago.</summary>
    public async Task LeavePendingAsync(string patient)
    {
        var handler = session.Get<ArchivePatientHandler>();
        Assert.True((await handler.HandleAsync(IdOf(patient), new ExpectedVersion(2, null), Actor.Operator, CancellationToken.None)).Succeeded);
        var before = AnHourAgo;
        if (IsOnMongo) await Documents("patients").UpdateOneAsync(ById(patient), Builders<BsonDocument>.Update.Set("pending_since", before.UtcDateTime));
        else await SqlAsync($"UPDATE outbox SET created_at = {before.ToUnixTimeMilliseconds()} WHERE entity_id = '{patient}'");
    }

    public static ObjectId NewId() => ObjectId.GenerateNewId();

    public async ValueTask DisposeAsync()
    {
        await relational.DisposeAsync();
        await session.DisposeAsync();
        await stores.DisposeAsync();
    }

    private async Task FillAsync(int records)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(await stores.SettingsAsync()).Build();
        session = await OperatorSession.OpenAsync(settings, migrate: true, CancellationToken.None);
        relational = await stores.ConnectAsync();
        (Doctor, Admin) = (await CreateAsync("grace", Role.Doctor), await CreateAsync("ada", Role.Admin));
        for (var i = 0; i < records; i++) Whole.Enqueue(await RegisterAsync(i));
        await session.SettleAsync(CancellationToken.None);
    }

    private async Task<UserId> CreateAsync(string name, Role role)
    {
        var command = new CreateUser { Username = name, Email = $"{name}@clinic.test", Password = "correct horse battery", Role = role };
        return (await session.Get<CreateUserHandler>().HandleAsync(command, Actor.Operator, null, CancellationToken.None)).Value!.User.Id;
    }

    private async Task<CorruptedRecord> RegisterAsync(int number)
    {
        var grace = new Actor(Doctor, "grace", Role.Doctor, Origin.Local);
        var mrn = string.Create(CultureInfo.InvariantCulture, $"M{number}");
        var register = new RegisterPatient { Gender = Gender.Female, Age = 70, LastName = "Example", Mrn = mrn };
        var made = await session.Get<RegisterPatientHandler>().HandleAsync(register, grace, null, CancellationToken.None);
        var patient = made.Value!.Patient;
        var update = new UpdatePatient { Gender = Gender.Female, Age = 70, LastName = "Example", Mrn = mrn, Bmi = 30 };
        Assert.True((await session.Get<UpdatePatientHandler>().HandleAsync(patient.Id, update, new ExpectedVersion(1, null), grace, CancellationToken.None)).Succeeded);
        var entry = await session.Get<AddHistoryEntryHandler>().HandleAsync(patient.Id, new() { Diagnosis = "TIA" }, grace, null, CancellationToken.None);
        var start = AnHourAgo.UtcDateTime.Date.AddDays(2).AddMinutes(30 * number);
        var book = new BookAppointment
        {
            DoctorId = Doctor,
            PatientId = patient.Id,
            AppointmentDate = DateOnly.FromDateTime(start),
            AppointmentTime = TimeOnly.FromDateTime(start),
            Reason = "Check-up",
        };
        var booked = await session.Get<BookAppointmentHandler>().HandleAsync(book, grace, null, CancellationToken.None);
        return new(patient.Id.ToString(), entry.Value!.Entry.Id.ToString(), booked.Value!.Appointment.Id.ToString());
    }

    private static PatientId IdOf(string text) => PatientId.TryParse(text, out var id) ? id : throw new FormatException(text);

    private static FilterDefinition<BsonDocument> ById(string id) => Builders<BsonDocument>.Filter.Eq("_id", ObjectId.Parse(id));

    private static string Literal(object value) => value is string text ? $"'{text}'" : string.Create(CultureInfo.InvariantCulture, $"{value}");
}
