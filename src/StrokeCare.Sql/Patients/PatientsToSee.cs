using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Patients;

/// <summary>Which patients a doctor has to look at: each list is the beginning of a partial index of its own.</summary>
internal static class PatientsToSee
{
    private const string Overdue = "FROM patients WHERE assigned_doctor_id = $1 AND next_review_on < $2 AND archived_at IS NULL";

    private static readonly Statement First = new($"SELECT {PatientLists.Columns} {Overdue} ORDER BY next_review_on, id LIMIT $3", SqlType.Int, SqlType.Date, SqlType.Int);

    private static readonly Statement Count = new($"SELECT count(*) {Overdue}", SqlType.Int, SqlType.Date);

    private static readonly Statement Changed = new(
        $"""
        SELECT {PatientLists.Columns}, previous_risk_level, risk_level_changed_at FROM patients
        WHERE assigned_doctor_id = $1 AND risk_level_changed_at >= $2 AND archived_at IS NULL
        ORDER BY risk_level_changed_at DESC, id DESC LIMIT $3
        """,
        SqlType.Int, SqlType.Long, SqlType.Int);

    /// <summary>To be asked for their plans.</summary>
    public static IReadOnlyList<Statement> All { get; } = [First, Count, Changed];

    public static async Task<IReadOnlyList<PatientSummary>> OverdueAsync(Readers readers, UserId doctor, DateOnly day, int limit, CancellationToken ct) =>
        await readers.QueryAsync(First, PatientLists.Read, [doctor.Value, day, limit], ct);

    public static Task<long> CountOverdueAsync(Readers readers, UserId doctor, DateOnly day, CancellationToken ct) =>
        readers.FirstAsync(Count, row => row.GetInt64(0), [doctor.Value, day], ct);

    public static async Task<IReadOnlyList<LevelChange>> LevelChangesAsync(Readers readers, UserId doctor, DateTimeOffset since, int limit, CancellationToken ct) =>
        await readers.QueryAsync(
            Changed, row => new LevelChange(PatientLists.Read(row), PatientColumns.Level(row.GetString(14)), row.Milliseconds(15)),
            [doctor.Value, since.ToUnixTimeMilliseconds(), limit], ct);
}
