using System.Data.Common;
using System.Runtime.CompilerServices;

namespace StrokeCare.Sql.Engine;

/// <summary>Walks a table by its key, so many rows at a time, so that no transaction stays open for long.</summary>
/// <param name="Statement">Of the rows whose key is above the first parameter, a text, the first ones in its order, as many as the second says.</param>
/// <param name="Read">A row.</param>
/// <param name="KeyOf">Its key.</param>
internal sealed record TablePages<T>(Statement Statement, Func<DbDataReader, T> Read, Func<T, string> KeyOf)
{
    private const int Size = 1000;

    /// <summary>Below every key.</summary>
    public string Start { get; init; } = "";

    public async IAsyncEnumerable<IReadOnlyList<T>> ReadAsync(Readers readers, [EnumeratorCancellation] CancellationToken ct)
    {
        var (behind, page) = (Start, new List<T>());
        do
        {
            page = await readers.QueryAsync(Statement, Read, [behind, Size], ct);
            if (page.Count == 0) yield break;
            yield return page;
            behind = KeyOf(page[^1]);
        }
        while (page.Count == Size);
    }
}
