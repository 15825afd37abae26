using System.Globalization;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.History;

/// <summary>
/// Whose histories have some words, one statement per number of words. The first word is a stretch of the index by term, in
/// the order of the answer, or of the key if the patients are given; each other one is looked up in the key.
/// </summary>
internal sealed class HistoryMentions(Dialect dialect)
{
    /// <summary>So many entries with the first word are asked about the others: an answer that was not found among them takes too long.</summary>
    private const string MostEntries = "20000";

    private readonly Statement[] anybodys = [.. Enumerable.Range(1, SearchHistory.MostWords).Select(Anybodys)];
    private readonly Statement[] theirs = [.. Enumerable.Range(1, SearchHistory.MostWords).Select(words => Theirs(dialect, words))];

    /// <summary>How many entries have a term, counted no further than it takes to compare the rare with the common.</summary>
    public static Statement Times { get; } = new("SELECT COUNT(*) FROM (SELECT 1 FROM history_terms WHERE term = $1 LIMIT 1000) AS entries", SqlType.Text);

    /// <summary>Those older than this one by id, so many at most.</summary>
    public (Statement Statement, object?[] Values) For(HistoryMention mention, PatientId? last, int limit)
    {
        var before = last?.ToString() ?? "g"; // above every id, which is hexadecimal
        return mention.Among is { } among
            ? (theirs[mention.Words.Count - 1], [before, limit, among.Select(id => id.ToString()).ToArray(), .. mention.Words])
            : (anybodys[mention.Words.Count - 1], [before, limit, .. mention.Words]);
    }

    private static Statement Anybodys(int words)
    {
        var first = $"SELECT patient_id, record_date, entry_id FROM history_terms WHERE term = $3 AND patient_id < $1 ORDER BY patient_id DESC LIMIT {MostEntries}";
        var others = Others(4, words);
        return new($"SELECT DISTINCT patient_id FROM ({first}) AS entry{others} ORDER BY patient_id DESC LIMIT $2", [SqlType.Text, SqlType.Int, .. Texts(words)]);
    }

    private static Statement Theirs(Dialect dialect, int words)
    {
        var first = $"SELECT patient_id, record_date, entry_id FROM history_terms WHERE {dialect.AnyOf("patient_id", "$3")} AND term = $4 AND patient_id < $1";
        var others = Others(5, words);
        return new($"SELECT DISTINCT patient_id FROM ({first}) AS entry{others} ORDER BY patient_id DESC LIMIT $2", [SqlType.Text, SqlType.Int, SqlType.Texts, .. Texts(words)]);
    }

    private static string Others(int first, int words)
    {
        var others = Enumerable.Range(first, words - 1).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $"EXISTS (SELECT 1 FROM history_terms AS other WHERE other.patient_id = entry.patient_id AND other.term = ${number} AND other.record_date = entry.record_date AND other.entry_id = entry.entry_id)"));
        return words == 1 ? "" : " WHERE " + string.Join(" AND ", others);
    }

    private static IEnumerable<SqlType> Texts(int words) => Enumerable.Repeat(SqlType.Text, words);
}
