using System.Data.Common;

namespace StrokeCare.Sql.Engine;

/// <summary>What lacks terms and how it gets them, and where a test may stop that (nothing at all in a Release build).</summary>
/// <param name="Without">Some rows that have none.</param>
/// <param name="Fill">Gives a row its terms, unless a change made meanwhile has brought its own.</param>
/// <param name="Values">Of <paramref name="Fill"/>, from a row of <paramref name="Without"/>.</param>
internal sealed record LackingTerms(Statement Without, Statement Fill, Func<DbDataReader, object?[]> Values)
{
    /// <summary>What must be there when the terms of these rows are, safe to write again.</summary>
    public Action<DbSession, IReadOnlyList<object?[]>> First { get; init; } = static (_, _) => { };

    public required Action BeforeWrite { get; init; }

    public required Action AfterWrite { get; init; }
}

/// <summary>
/// Gives rows the terms they lack because a version wrote them that knew none, or other ones. Terms follow from the
/// row alone, so this is no change of it: no version, no row in the log. Safe to stop, to repeat and to race.
/// </summary>
internal sealed class TermBackfill(Writer writer, Readers readers)
{
    public async Task RunAsync(LackingTerms lacking, CancellationToken ct)
    {
        while (await readers.QueryAsync(lacking.Without, lacking.Values, [], ct) is { Count: > 0 } rows)
        {
            await writer.RunAsync(
                session =>
                {
                    lacking.BeforeWrite();
                    lacking.First(session, rows);
                    var filled = session.ExecuteMany(lacking.Fill, rows);
                    lacking.AfterWrite();
                    return filled;
                },
                ct);
        }
    }
}
