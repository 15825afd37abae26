namespace StrokeCare.Mongo.Adoption;

/// <summary>One kind of thing that an older system left, how often, and a few of the documents that have it, by id.</summary>
public sealed record AdoptionFinding(string Code, long Count, IReadOnlyList<string> Examples);

/// <summary>What became, or in a dry run would become, of one collection.</summary>
public sealed record AdoptionCounts(string Name)
{
    /// <summary>Adopted before, or written by a portal.</summary>
    public long Already { get; set; }

    public long Adopted { get; set; }

    /// <summary>What cannot be told from the document is left to people.</summary>
    public long Unresolved { get; set; }

    /// <summary>Unresolved ones that were moved out of the collection, whole.</summary>
    public long SetAside { get; set; }
}

/// <summary>What an adoption found and did. Findings name documents by their ids, never people.</summary>
public sealed class AdoptionReport
{
    private const int MostExamples = 5;

    private readonly SortedDictionary<string, (long Count, List<string> Examples)> findings = new(StringComparer.Ordinal);

    public bool Applied { get; init; }

    public IReadOnlyList<AdoptionCounts> Collections { get; } = Array.ConvertAll(AdoptionMark.Collections, name => new AdoptionCounts(name));

    public IReadOnlyList<AdoptionFinding> Findings => [.. findings.Select(found => new AdoptionFinding(found.Key, found.Value.Count, found.Value.Examples))];

    /// <summary>Nothing is left that a portal could not serve.</summary>
    public bool IsComplete => Collections.All(one => one.Unresolved == one.SetAside) && (Applied || Collections.All(one => one.Adopted == 0));

    internal AdoptionCounts Of(string collection) => Collections.Single(one => one.Name == collection);

    internal void Add(string code, string id)
    {
        var (count, examples) = findings.GetValueOrDefault(code, (0, []));
        if (examples.Count < MostExamples) examples.Add(id);
        findings[code] = (count + 1, examples);
    }
}
