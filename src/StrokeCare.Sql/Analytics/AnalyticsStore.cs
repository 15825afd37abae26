using System.Data.Common;
using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.Patients;

namespace StrokeCare.Sql.Analytics;

/// <summary>One pass for each answer: over a doctor's records by the index of their list, over all by the table; over appointments by day within an index.</summary>
internal sealed class AnalyticsStore(Readers readers) : IAnalyticsStore
{
    private const string Traits = "gender, smoking_status, hypertension, heart_disease, diabetes, atrial_fibrillation, stroke";

    private const string Groups = "SELECT risk_level, count(*), avg(age), avg(stroke_risk) FROM patients WHERE archived_at IS NULL";

    private const string OfDoctor = " AND assigned_doctor_id = $1";

    private static readonly string Band = AgeBands.Bounds
        .Select((bound, band) => string.Create(CultureInfo.InvariantCulture, $" WHEN age < {bound} THEN {band}"))
        .Aggregate("CASE WHEN age IS NULL THEN NULL", (sql, when) => sql + when) + string.Create(CultureInfo.InvariantCulture, $" ELSE {AgeBands.Bounds.Count} END");

    private static readonly string Cells = $"SELECT {Band} AS band, {Traits}, count(*) FROM patients WHERE archived_at IS NULL";

    private static readonly (Statement All, Statement OfDoctor) GroupsBy = Both(Groups, " GROUP BY risk_level");

    private static readonly (Statement All, Statement OfDoctor) CellsBy = Both(Cells, $" GROUP BY band, {Traits}");

    private static readonly Statement Days = new(
        "SELECT appointment_date, status, count(*) FROM appointments WHERE appointment_date BETWEEN $1 AND $2 GROUP BY appointment_date, status", SqlType.Date, SqlType.Date);

    // A doctor's are few and lie together by their beginning; no zone is a day away from UTC.
    private static readonly Statement DaysOfDoctor = new(
        """
        SELECT appointment_date, status, count(*) FROM appointments
        WHERE appointment_date BETWEEN $1 AND $2 AND doctor_id = $3 AND starts_at >= $4 AND starts_at < $5 GROUP BY appointment_date, status
        """,
        SqlType.Date, SqlType.Date, SqlType.Int, SqlType.Long, SqlType.Long);

    public async Task<IReadOnlyList<RiskGroup>> RiskGroupsAsync(UserId? doctor, CancellationToken ct) => await AskAsync(
        GroupsBy, row => new RiskGroup(PatientColumns.Level(row.GetString(0)), row.GetInt64(1), row.Real(2), row.Real(3)), doctor, ct);

    public async Task<IReadOnlyList<PopulationCell>> PopulationAsync(UserId? doctor, CancellationToken ct) => await AskAsync(CellsBy, Cell, doctor, ct);

    public async Task<IReadOnlyList<AppointmentCell>> AppointmentsAsync(UserId? doctor, DateOnly from, DateOnly to, CancellationToken ct) => doctor is { } id
        ? await readers.QueryAsync(DaysOfDoctor, Day, [from, to, id.Value, from.AddDays(-1).UtcMidnight().ToUnixTimeMilliseconds(), to.AddDays(2).UtcMidnight().ToUnixTimeMilliseconds()], ct)
        : await readers.QueryAsync(Days, Day, [from, to], ct);

    private Task<List<T>> AskAsync<T>((Statement All, Statement OfDoctor) statements, Func<DbDataReader, T> map, UserId? doctor, CancellationToken ct) =>
        doctor is { } id ? readers.QueryAsync(statements.OfDoctor, map, [id.Value], ct) : readers.QueryAsync(statements.All, map, [], ct);

    private static AppointmentCell Day(DbDataReader row) => new(
        row.GetFieldValue<DateOnly>(0), PatientColumns.Parsed<AppointmentStatus>(row.GetString(1)) ?? throw new InvalidDataException("A stored appointment is in a status this program does not know."), row.GetInt64(2));

    private static PopulationCell Cell(DbDataReader row) => new(row.GetInt64(8))
    {
        AgeBand = (AgeBand?)row.Int(0),
        Gender = PatientColumns.Parsed<Gender>(row.Text(1)),
        SmokingStatus = PatientColumns.Parsed<SmokingStatus>(row.Text(2)),
        Hypertension = row.Bool(3),
        HeartDisease = row.Bool(4),
        Diabetes = row.Bool(5),
        AtrialFibrillation = row.Bool(6),
        Stroke = row.Bool(7),
    };

    private static (Statement All, Statement OfDoctor) Both(string select, string groupBy) =>
        (new(select + groupBy), new(select + OfDoctor + groupBy, SqlType.Int));
}
