using Npgsql;
using StrokeCare.Patients;

namespace StrokeCare.Bench.ByHand;

/// <summary>
/// PostgreSQL as a careful engineer writes it with Npgsql: record and change in one batch, that is one round trip and
/// one transaction, every statement prepared on its connection, and the server left to share its commits.
/// </summary>
internal sealed class PostgresByHand : ISide, IAsyncDisposable
{
    private readonly NpgsqlDataSource source;

    public PostgresByHand(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 1,
            MaxPoolSize = 32,
            NoResetOnClose = true,
        };
        source = NpgsqlDataSource.Create(settings);
    }

    public async Task AddAsync(PatientAdded added, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        Append(batch, added);
        await batch.ExecuteNonQueryAsync(ct);
    }

    // Without an explicit transaction a batch is one implicit one.
    public async Task AddManyAsync(IReadOnlyList<PatientAdded> added, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        foreach (var one in added) Append(batch, one);
        await batch.ExecuteNonQueryAsync(ct);
    }

    public async Task<Patient?> FindAsync(PatientId id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(PatientRow.Find);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id.ToString() });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? PatientRow.Read(row) : null;
    }

    public async Task<IReadOnlyList<PatientSummary>> ListAsync(PatientFilter filter, CancellationToken ct)
    {
        await using var command = source.CreateCommand(filter.AssignedDoctorId is null ? PatientRow.PageBelow : PatientRow.PageOfDoctor);
        command.Parameters.Add(filter.AssignedDoctorId is { } doctor
            ? new NpgsqlParameter<int> { TypedValue = doctor.Value }
            : new NpgsqlParameter<string> { TypedValue = filter.Before?.ToString() ?? "g" });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = filter.Limit });
        await using var row = await command.ExecuteReaderAsync(ct);
        var page = new List<PatientSummary>(filter.Limit);
        while (await row.ReadAsync(ct)) page.Add(PatientRow.ReadSummary(row));
        return page;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    // One statement: no change without its record, and none for a record that was refused.
    private static void Append(NpgsqlBatch batch, PatientAdded added)
    {
        var command = new NpgsqlBatchCommand(PatientRow.InsertBoth);
        Bind(command, PatientRow.Values(added.Patient), Types);
        Bind(command, PatientRow.OutboxValues(added.Change), OutboxTypes);
        batch.BatchCommands.Add(command);
    }

    private static void Bind(NpgsqlBatchCommand command, object?[] values, NpgsqlTypes.NpgsqlDbType[] types)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = types[i], Value = values[i] ?? DBNull.Value });
    }

    private static readonly NpgsqlTypes.NpgsqlDbType[] OutboxTypes =
    [
        NpgsqlTypes.NpgsqlDbType.Text, NpgsqlTypes.NpgsqlDbType.Text, NpgsqlTypes.NpgsqlDbType.Text, NpgsqlTypes.NpgsqlDbType.Bigint,
        NpgsqlTypes.NpgsqlDbType.Bigint, NpgsqlTypes.NpgsqlDbType.Text,
    ];

    private static readonly NpgsqlTypes.NpgsqlDbType[] Types = [.. PatientRow.Columns.Select(column => column switch
    {
        "version" or "risk_level_changed_at" or "created_at" or "updated_at" or "archived_at" => NpgsqlTypes.NpgsqlDbType.Bigint,
        "user_id" or "created_by" or "assigned_doctor_id" => NpgsqlTypes.NpgsqlDbType.Integer,
        "date_of_birth" or "next_review_on" => NpgsqlTypes.NpgsqlDbType.Date,
        "age" or "avg_glucose_level" or "bmi" or "sbp" or "stroke_risk" => NpgsqlTypes.NpgsqlDbType.Double,
        "hypertension" or "heart_disease" or "ever_married" or "stroke" or "bp_treated" or "diabetes" or "atrial_fibrillation" or "lvh" or "prior_cvd" =>
            NpgsqlTypes.NpgsqlDbType.Boolean,
        _ => NpgsqlTypes.NpgsqlDbType.Text,
    })];
}
