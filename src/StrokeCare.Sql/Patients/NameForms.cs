using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Patients;

/// <summary>The table of names by their forms: written with the first record that has a name, in its COMMIT.</summary>
internal sealed class NameForms(Dialect dialect, Writer writer, Readers readers)
{
    private static readonly Statement Keep = new("INSERT INTO patient_names (form, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", SqlType.Text, SqlType.Text);

    private readonly KeptNames kept = new();

    internal Statement Like { get; } = new($"SELECT DISTINCT name FROM patient_names WHERE {dialect.AnyOf("form", "$1")} LIMIT $2", SqlType.Texts, SqlType.Int);

    /// <summary>Runs <paramref name="write"/>, which stores a record with these names, and keeps them.</summary>
    public async Task<T> KeepingAsync<T>(IEnumerable<string> names, OneWrite<T> write, CancellationToken ct)
    {
        var lacking = kept.Lacking(names);
        return lacking.Count == 0 ? await writer.WriteAsync(write, ct) : await RunAsync(lacking, write.Run, ct);
    }

    /// <summary>As <see cref="KeepingAsync{T}"/>, for many records.</summary>
    public Task<T> KeepingManyAsync<T>(IEnumerable<string> names, Func<DbSession, T> write, CancellationToken ct) => RunAsync(kept.Lacking(names), write, ct);

    public async Task<IReadOnlyList<string>> LikeAsync(IEnumerable<string> words, CancellationToken ct)
    {
        var forms = SearchNames.FormsToAsk(words);
        return forms.Count == 0 ? [] : await readers.QueryAsync(Like, row => row.GetString(0), [forms.ToArray(), SearchNames.MostRead], ct);
    }

    /// <summary>For records that get their terms in this session.</summary>
    public static void Write(DbSession session, IEnumerable<string> names) =>
        Write(session, Rows(names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));

    private async Task<T> RunAsync<T>(IReadOnlyList<string> lacking, Func<DbSession, T> write, CancellationToken ct)
    {
        var rows = Rows(lacking);
        var result = await writer.RunAsync(
            session =>
            {
                Write(session, rows);
                return write(session);
            },
            ct);
        kept.Add(lacking);
        return result;
    }

    private static void Write(DbSession session, List<object?[]> rows)
    {
        if (rows.Count > 0) session.ExecuteMany(Keep, rows);
    }

    private static List<object?[]> Rows(IEnumerable<string> names) => [.. names.SelectMany(name => SearchNames.Forms(name).Select(form => (object?[])[form, name]))];
}
