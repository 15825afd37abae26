using System.Data.Common;
using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.Patients;

namespace StrokeCare.Sql.Analytics;

/// <summary>One pass over the records for each answer: of a doctor by the index of their list, of all by the table.</summary>
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

    public async Task<IReadOnlyList<RiskGroup>> RiskGroupsAsync(UserId? doctor, CancellationToken ct) => await AskAsync(
        GroupsBy, row => new RiskGroup(PatientColumns.Level(row.GetString(0)), row.GetInt64(1), row.Real(2), row.Real(3)), doctor, ct);

    public async Task<IReadOnlyList<PopulationCell>> PopulationAsync(UserId? doctor, CancellationToken ct) => await AskAsync(CellsBy, Cell, doctor, ct);

    private Task<List<T>> AskAsync<T>((Statement All, Statement OfDoctor) statements, Func<DbDataReader, T> map, UserId? doctor, CancellationToken ct) =>
        doctor is { } id ? readers.QueryAsync(statements.OfDoctor, map, [id.Value], ct) : readers.QueryAsync(statements.All, map, [], ct);

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
