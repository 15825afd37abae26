using System.Runtime.CompilerServices;

namespace StrokeCare.Tests.Crud;

/// <summary>
/// The two committed lists: <c>crud-passing.txt</c>, a case a line, none of which may fail or go missing, and <c>crud-not-applicable.txt</c>, what
/// cannot pass here and why: a command or an option, then a tab and the reason. No single case is listed: one that asks for what is not listed must pass.
/// STROKECARE_CRUD_WRITE=1 writes the first anew from what passed.
/// </summary>
internal sealed class CrudCaseLists(IReadOnlySet<string> passing, IReadOnlyDictionary<string, string> notApplicable)
{
    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static string PassingPath => Path.Combine(Here(), "crud-passing.txt");

    /// <summary>Where the cases lie; null where they do not.</summary>
    public static string? Folder() => PublicData.Find("mongodb-crud");

    public static CrudCaseLists Read() => new(
        File.Exists(PassingPath) ? File.ReadLines(PassingPath).Where(line => line.Length > 0).ToHashSet(StringComparer.Ordinal) : new HashSet<string>(),
        File.ReadLines(Path.Combine(Here(), "crud-not-applicable.txt")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t', 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal));

    /// <summary>The listed thing that is one of these, or is of one of these; null when none is listed.</summary>
    public string? Listed(IEnumerable<string> uses) =>
        uses.Select(use => notApplicable.Keys.FirstOrDefault(listed => use == listed || use.StartsWith(listed + " of ", StringComparison.Ordinal))).FirstOrDefault(listed => listed is not null);

    public string Summary(IReadOnlyDictionary<string, CrudOutcome> outcomes) =>
        $"CRUD cases: {Count(outcomes, CrudKind.Passed)} passed of {outcomes.Count}; not applicable: {Count(outcomes, CrudKind.Gated)} by their own version or topology, "
        + $"{Count(outcomes, CrudKind.Unsupported)} by a command or option that is listed with its reason; {Count(outcomes, CrudKind.Failed)} failed. {passing.Count} must pass.";

    /// <summary>What breaks the lists: a case that failed, one of the passing that did not, one that passes unlisted, and what is listed as not applicable without need.</summary>
    public IReadOnlyList<string> Complaints(IReadOnlyDictionary<string, CrudOutcome> outcomes) =>
    [
        .. outcomes.Where(pair => pair.Value.Kind == CrudKind.Failed).Select(pair => $"{pair.Key}: {pair.Value.Why}"),
        .. outcomes.Where(pair => pair.Value is { Kind: CrudKind.Passed, Listed: not null }).Select(pair => $"{pair.Key}: {pair.Value.Listed} is listed as not applicable, and it passes"),
        .. notApplicable.Keys.Where(listed => !outcomes.Values.Any(outcome => outcome.Kind == CrudKind.Unsupported && outcome.Listed == listed)).Select(listed => $"{listed}: is listed as not applicable, and no case that could run asks for it"),
        .. outcomes.Where(pair => pair.Value.Kind == CrudKind.Passed && !passing.Contains(pair.Key)).Select(pair => $"{pair.Key}: passes and is not among those that must: write the list anew"),
        .. passing.Where(name => !outcomes.TryGetValue(name, out var outcome) || outcome.Kind != CrudKind.Passed).Select(name => $"{name}: must pass and did not"),
    ];

    public void WriteIfAsked(IReadOnlyDictionary<string, CrudOutcome> outcomes)
    {
        if (TestEngines.Read("STROKECARE_CRUD_WRITE") == "1")
            File.WriteAllLines(PassingPath, outcomes.Where(pair => pair.Value.Kind == CrudKind.Passed).Select(pair => pair.Key).Order(StringComparer.Ordinal));
    }

    private static int Count(IReadOnlyDictionary<string, CrudOutcome> outcomes, CrudKind kind) => outcomes.Count(pair => pair.Value.Kind == kind);
}
