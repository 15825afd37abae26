namespace StrokeCare.Audit;

/// <summary>Which versions of which entities the log holds, to be held against what the stores hold.</summary>
internal sealed class EntityRows
{
    private readonly Dictionary<(string Type, string Id), Versions> byEntity = [];

    public void Add(LogRow row)
    {
        if (row is not { EntityType: { } type, EntityId: { } id, EntityVersion: { } version }) return;
        if (!byEntity.TryGetValue((type, id), out var versions)) byEntity[(type, id)] = versions = new();
        versions.Add(version, row.Seq);
    }

    /// <summary>Every row has an entity that had got at least that far.</summary>
    public bool AreWithin(Dictionary<(string Type, string Id), long> versions) =>
        byEntity.All(entity => versions.TryGetValue(entity.Key, out var version) && version >= entity.Value.Last);

    /// <summary>
    /// Every version a store had before the log was read must have one row; every row must have an entity that had got
    /// at least that far in <paramref name="after"/>: before as well, or, where it had not, behind the log's last page.
    /// </summary>
    public IEnumerable<LogFinding> Compare(
        Dictionary<(string Type, string Id), long> before, Dictionary<(string Type, string Id), long> after)
    {
        foreach (var (entity, version) in before)
        {
            if (version < 1) continue;
            if (!byEntity.TryGetValue(entity, out var rows))
                yield return new("entity.unlogged", $"{entity.Type} {entity.Id} has version {version} and no row in the log.");
            else if (rows.FirstMissing(version) is { } missing)
                yield return new("entity.version_unlogged", $"{entity.Type} {entity.Id} version {missing} has no row in the log.");
        }

        foreach (var (entity, rows) in byEntity)
        {
            if (rows.DuplicateSeq is { } seq)
                yield return new("entity.version_twice", $"{entity.Type} {entity.Id} has two rows for one version.") { Seq = seq };
            if (!after.TryGetValue(entity, out var version))
                yield return new("entity.lost", $"{entity.Type} {entity.Id} is in the log and in no store.");
            else if (version < rows.Last)
                yield return new("entity.rolled_back", $"{entity.Type} {entity.Id} is at version {version}, the log knows {rows.Last}.");
        }
    }

    private sealed class Versions
    {
        private readonly SortedSet<long> seen = [];

        public long Last => seen.Max;

        public long? DuplicateSeq { get; private set; }

        public void Add(long version, long seq)
        {
            if (!seen.Add(version)) DuplicateSeq ??= seq;
        }

        public long? FirstMissing(long upTo)
        {
            if (seen.Count == upTo && seen.Max == upTo) return null;
            for (var version = 1L; version <= upTo; version++)
            {
                if (!seen.Contains(version)) return version;
            }

            return null;
        }
    }
}
