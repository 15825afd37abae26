using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Patients;

internal static class PatientTerms
{
    public static LackingTerms Lacking { get; } = new(
        new("SELECT id, version, first_name, last_name, mrn, date_of_birth, phone FROM patients WHERE search_terms IS NULL ORDER BY id LIMIT 500"),
        new("UPDATE patients SET search_terms = $3 WHERE id = $1 AND version = $2 AND search_terms IS NULL", SqlType.Text, SqlType.Long, SqlType.Text),
        row =>
        {
            var keys = new PatientKeys(row.Text(2), row.Text(3), row.Text(4), row.Date(5), row.Text(6));
            return new([row.GetString(0), row.GetInt64(1), PatientColumns.TermsOf(SearchTerms.Of(keys))], [.. SearchNames.Of(keys)]);
        })
    {
        KeepNames = NameForms.Write,
        BeforeWrite = static () => Failpoint.Hit(SqlFailpoints.TermsBeforeWrite),
        AfterWrite = static () => Failpoint.Hit(SqlFailpoints.TermsAfterWrite),
    };
}
