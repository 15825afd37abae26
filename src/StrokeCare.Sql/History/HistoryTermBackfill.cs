using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Sql.Engine;
using StrokeCare.Sql.Patients;

namespace StrokeCare.Sql.History;

/// <summary>Gives entries the terms they lack, as <see cref="TermBackfill"/> does with records.</summary>
internal sealed class HistoryTermBackfill(Writer writer, Readers readers)
{
    private static readonly Statement Without = new("SELECT id, version, diagnosis, treatment, notes FROM medical_history WHERE search_terms IS NULL ORDER BY id LIMIT 500");

    // An amendment made meanwhile has brought its own terms.
    private static readonly Statement Fill = new(
        "UPDATE medical_history SET search_terms = $3 WHERE id = $1 AND version = $2 AND search_terms IS NULL", SqlType.Text, SqlType.Long, SqlType.Text);

    public async Task RunAsync(CancellationToken ct)
    {
        while (await readers.QueryAsync(Without, Row, [], ct) is { Count: > 0 } rows)
        {
            await writer.RunAsync(
                session =>
                {
                    Failpoint.Hit(SqlFailpoints.HistoryTermsBeforeWrite);
                    var filled = session.ExecuteMany(Fill, rows);
                    Failpoint.Hit(SqlFailpoints.HistoryTermsAfterWrite);
                    return filled;
                },
                ct);
        }
    }

    private static object?[] Row(System.Data.Common.DbDataReader row)
    {
        var text = new HistoryText { Diagnosis = row.GetString(2), Treatment = row.Text(3), Notes = row.Text(4), RecordDate = default };
        return [row.GetString(0), row.GetInt64(1), PatientColumns.TermsOf(HistoryTerms.Of(text))];
    }
}
