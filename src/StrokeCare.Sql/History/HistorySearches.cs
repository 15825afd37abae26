using System.Globalization;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.History;

/// <summary>
/// The searches of a history, one statement per number of words. Each word is a stretch of the key of history_terms, which
/// holds the order of the answer too: what all words have in common is cut to the limit before an entry is read.
/// </summary>
internal sealed class HistorySearches(Dialect dialect)
{
    /// <summary>Patient, limit, and the two ends of the word that is only begun.</summary>
    private const int BeforeWords = 4;

    private readonly Statement[] statements = [.. Enumerable.Range(0, SearchHistory.MostWords).Select(words => Build(dialect, words))];

    public (Statement Statement, object?[] Values) For(HistorySearch search) => (
        statements[search.Words.Count],
        [search.Patient.ToString(), search.Limit, search.Begun, search.Begun + SearchWord.End, .. search.Words]);

    private static Statement Build(Dialect dialect, int words)
    {
        var terms = Enumerable.Range(BeforeWords + 1, words).Select(n => string.Create(CultureInfo.InvariantCulture, $"term = ${n}")).Prepend("term >= $3 AND term < $4");
        var common = string.Join(" INTERSECT ", terms.Select(term => $"SELECT record_date, entry_id FROM history_terms WHERE patient_id = $1 AND {term}"));
        var page = $"SELECT entry_id FROM (SELECT DISTINCT record_date, entry_id FROM ({common}) AS of_words) AS found ORDER BY record_date DESC, entry_id DESC LIMIT $2";
        return new(
            $"SELECT {HistoryColumns.Names} FROM medical_history WHERE {dialect.OneOf("id", page)} ORDER BY record_date DESC, id DESC",
            [SqlType.Text, SqlType.Int, .. Enumerable.Repeat(SqlType.Text, words + 2)]);
    }
}
