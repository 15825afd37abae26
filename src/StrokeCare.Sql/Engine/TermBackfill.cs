using System.Data.Common;

namespace StrokeCare.Sql.Engine;

/// <summary>What lacks terms and how it gets them, and where a test may stop that (nothing at all in a Release build).</summary>
/// <param name="Without">Some rows that have none.</param>
/// <param name="Fill">Gives a row its terms, unless a change made meanwhile has brought its own.</param>
/// <param name="Read">A row of <paramref name="Without"/>.</param>
internal sealed record LackingTerms(Statement Without, Statement Fill, Func<DbDataReader, LackingRow> Read)
{
    /// <summary>Keeps the names of the rows whose terms are about to be written, safe to do again.</summary>
    public Action<DbSession, IEnumerable<string>> KeepNames { get; init; } = static (_, _) => { };

    public required Action BeforeWrite { get; init; }

    public required Action AfterWrite { get; init; }
}

/// <summary>What its statement fills a row with, and the names on it.</summary>
internal readonly record struct LackingRow(object?[] Values, IReadOnlyList<string> Names);

/// <summary>
/// Gives rows the terms they lack because a version wrote them that knew none, or other ones. Terms follow from the
/// row alone, so this is no change of it: no version, no row in the log. Safe to stop, to repeat and to race.
/// </summary>
internal sealed class TermBackfill(Writer writer, Readers readers)
{
    public async Task RunAsync(LackingTerms lacking, CancellationToken ct)
    {
        while (await readers.QueryAsync(lacking.Without, lacking.Read, [], ct) is { Count: > 0 } rows)
        {
            await writer.RunAsync(
                session =>
                {
                    lacking.BeforeWrite();
                    lacking.KeepNames(session, rows.SelectMany(row => row.Names));
                    var filled = session.ExecuteMany(lacking.Fill, rows.ConvertAll(row => row.Values));
                    lacking.AfterWrite();
                    return filled;
                },
                ct);
        }
    }
}
