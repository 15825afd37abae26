using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Patients;

/// <summary>
/// Gives records the terms they lack because a version wrote them that knew none, or other ones. Terms follow from the
/// record alone, so this is no change of it: no version, no row in the log. Safe to stop, to repeat and to race.
/// </summary>
internal sealed class TermBackfill(Writer writer, Readers readers)
{
    private static readonly Statement Without = new(
        "SELECT id, version, first_name, last_name, mrn, date_of_birth, phone FROM patients WHERE search_terms IS NULL ORDER BY id LIMIT 500");

    // A change made meanwhile has brought its own terms.
    private static readonly Statement Fill = new(
        "UPDATE patients SET search_terms = $3 WHERE id = $1 AND version = $2 AND search_terms IS NULL", SqlType.Text, SqlType.Long, SqlType.Text);

    public async Task RunAsync(CancellationToken ct)
    {
        while (await readers.QueryAsync(Without, Row, [], ct) is { Count: > 0 } rows)
        {
            await writer.RunAsync(
                session =>
                {
                    Failpoint.Hit(SqlFailpoints.TermsBeforeWrite);
                    var filled = session.ExecuteMany(Fill, rows);
                    Failpoint.Hit(SqlFailpoints.TermsAfterWrite);
                    return filled;
                },
                ct);
        }
    }

    private static object?[] Row(System.Data.Common.DbDataReader row)
    {
        var keys = new PatientKeys(row.Text(2), row.Text(3), row.Text(4), row.Date(5), row.Text(6));
        return [row.GetString(0), row.GetInt64(1), PatientColumns.TermsOf(SearchTerms.Of(keys))];
    }
}
