using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.Patients;

namespace StrokeCare.Sql.History;

internal static class EntryTerms
{
    public static LackingTerms Lacking { get; } = new(
        new("SELECT id, version, diagnosis, treatment, notes FROM medical_history WHERE search_terms IS NULL ORDER BY id LIMIT 500"),
        new("UPDATE medical_history SET search_terms = $3 WHERE id = $1 AND version = $2 AND search_terms IS NULL", SqlType.Text, SqlType.Long, SqlType.Text),
        row =>
        {
            var text = new HistoryText { Diagnosis = row.GetString(2), Treatment = row.Text(3), Notes = row.Text(4), RecordDate = default };
            return new([row.GetString(0), row.GetInt64(1), PatientColumns.TermsOf(HistoryTerms.Of(text))], []);
        })
    {
        BeforeWrite = static () => Failpoint.Hit(SqlFailpoints.HistoryTermsBeforeWrite),
        AfterWrite = static () => Failpoint.Hit(SqlFailpoints.HistoryTermsAfterWrite),
    };
}
