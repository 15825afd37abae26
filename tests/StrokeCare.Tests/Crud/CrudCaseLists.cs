using System.Runtime.CompilerServices;

namespace StrokeCare.Tests.Crud;

/// <summary>
/// The two committed lists: <c>crud-passing.txt</c>, a case a line, none of which may fail or go missing, and <c>crud-not-applicable.txt</c>, what
/// cannot pass here and why: an operation or option, or a single case, then a tab and the reason.
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

    public bool Excepted(string nameOrOperation) => notApplicable.ContainsKey(nameOrOperation);

    public string Summary(IReadOnlyDictionary<string, CrudOutcome> outcomes) =>
        $"CRUD cases: {Count(outcomes, CrudKind.Passed)} passed of {outcomes.Count}; not applicable: {Count(outcomes, CrudKind.Gated)} by their own version or topology, "
        + $"{Count(outcomes, CrudKind.Unsupported)} by an operation or option the driver lacks, {outcomes.Count(pair => pair.Value.Kind == CrudKind.Failed && Excepted(pair.Key))} by what the engine cannot; "
        + $"{outcomes.Count(pair => pair.Value.Kind == CrudKind.Failed && !Excepted(pair.Key))} failed. {passing.Count} must pass.";

    /// <summary>What breaks the lists: a case that failed, one of the passing that did not, and an exception that is none any more.</summary>
    public IReadOnlyList<string> Complaints(IReadOnlyDictionary<string, CrudOutcome> outcomes) =>
    [
        .. outcomes.Where(pair => pair.Value.Kind == CrudKind.Failed && !Excepted(pair.Key)).Select(pair => $"{pair.Key}: {pair.Value.Why}"),
        .. outcomes.Where(pair => pair.Value.Kind == CrudKind.Unsupported && !notApplicable.Keys.Any(what => pair.Value.Why == what || pair.Value.Why.StartsWith(what + " of ", StringComparison.Ordinal))).Select(pair => $"{pair.Key}: not listed as not applicable: {pair.Value.Why}"),
        .. outcomes.Where(pair => pair.Value.Kind == CrudKind.Passed && Excepted(pair.Key)).Select(pair => $"{pair.Key}: is listed as not applicable and passes"),
        .. passing.Where(name => !outcomes.TryGetValue(name, out var outcome) || outcome.Kind != CrudKind.Passed).Select(name => $"{name}: must pass and did not"),
    ];

    public void WriteIfAsked(IReadOnlyDictionary<string, CrudOutcome> outcomes)
    {
        if (TestEngines.Read("STROKECARE_CRUD_WRITE") == "1")
            File.WriteAllLines(PassingPath, outcomes.Where(pair => pair.Value.Kind == CrudKind.Passed).Select(pair => pair.Key).Order(StringComparer.Ordinal));
    }

    private static int Count(IReadOnlyDictionary<string, CrudOutcome> outcomes, CrudKind kind) => outcomes.Count(pair => pair.Value.Kind == kind);
}
