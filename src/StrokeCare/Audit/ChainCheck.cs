namespace StrokeCare.Audit;

/// <summary>Walks the log row by row: numbering, hashes (chained on what it recomputes, never on what is stored), checkpoints.</summary>
internal sealed class ChainCheck
{
    private const int MaxFindings = 100;

    private readonly SigningKeys keys;
    private readonly LogHead headBefore;
    private readonly Dictionary<long, Checkpoint> expected = [];
    private readonly List<LogFinding> findings = [];
    private LogHead head = LogHead.Empty;
    private LogRow? lastRow;
    private long lastGoodCheckpoint;
    private long lastCheckpoint;

    /// <summary><paramref name="headBefore"/> is read before the first row: the walk must come to that row at least.</summary>
    public ChainCheck((IReadOnlyList<Checkpoint> All, int Broken) checkpoints, LogHead headBefore, SigningKeys keys)
    {
        this.keys = keys;
        this.headBefore = headBefore;
        if (checkpoints.Broken > 0) Add(new("checkpoint.broken", $"{checkpoints.Broken} lines of the checkpoint file cannot be read."));
        foreach (var checkpoint in checkpoints.All) Expect(checkpoint);
    }

    public long Rows { get; private set; }

    public IReadOnlyList<LogFinding> Findings => findings;

    public long CoveredTo => lastGoodCheckpoint;

    /// <summary>The rows of a page that begins again with the last row checked, without that one.</summary>
    public IReadOnlyList<LogRow> SkipLast(IReadOnlyList<LogRow> page)
    {
        if (lastRow is null) return page;
        var repeated = page.ToList().FindIndex(row => row == lastRow);
        return repeated < 0 ? page : [.. page.Where((_, index) => index != repeated)];
    }

    public void Check(LogRow row)
    {
        Rows++;
        lastRow = row;
        var next = head.Seq + 1;
        if (row.Seq > next) Add(new("log.gap", $"Rows {next} to {row.Seq - 1} are missing.") { Seq = next });
        else if (row.Seq < next) Add(new("log.duplicate", $"Row {row.Seq} is there twice.") { Seq = row.Seq });

        var recomputed = HashChain.Of(row with { PrevHash = head.Hash });
        if (row.PrevHash != head.Hash) Add(new("log.chain_broken", $"Row {row.Seq} does not follow the row before it.") { Seq = row.Seq });
        else if (row.Hash != recomputed) Add(new("log.row_changed", $"Row {row.Seq} does not have the hash of its content.") { Seq = row.Seq });

        head = new(row.Seq, recomputed);
        if (row.Seq == headBefore.Seq && recomputed != headBefore.Hash && !findings.Exists(f => f.Seq is not null))
            Add(new("log.head_changed", "The head does not have the hash of its row.") { Seq = row.Seq });
        if (expected.Remove(row.Seq, out var checkpoint)) Compare(checkpoint, recomputed);
    }

    /// <summary>After the last row: what the heads (before and after the walk) and the remaining checkpoints say must be there.</summary>
    public void Finish(LogHead headAfter)
    {
        if (headAfter.Seq < head.Seq)
            Add(new("log.head_behind", $"The head says {headAfter.Seq}, the last row is {head.Seq}.") { Seq = headAfter.Seq + 1 });
        if (headBefore.Seq > head.Seq)
            Add(new("log.truncated", $"The head says {headBefore.Seq}, the last row is {head.Seq}.") { Seq = head.Seq + 1 });
        if (lastCheckpoint > head.Seq)
            Add(new("log.truncated", $"A checkpoint vouches for row {lastCheckpoint}, the last row is {head.Seq}.") { Seq = head.Seq + 1 });
    }

    private void Expect(Checkpoint checkpoint)
    {
        if (!checkpoint.IsSignedBy(keys))
        {
            Add(new("checkpoint.forged", $"The checkpoint of row {checkpoint.Seq} is not signed by a known key.") { Seq = null });
            return;
        }

        lastCheckpoint = Math.Max(lastCheckpoint, checkpoint.Seq);
        if (checkpoint.Seq == 0) return;
        if (expected.TryAdd(checkpoint.Seq, checkpoint) || expected[checkpoint.Seq].Hash == checkpoint.Hash) return;
        Add(new("checkpoint.fork", $"Two checkpoints of row {checkpoint.Seq} disagree.") { Seq = checkpoint.Seq, FromSeq = lastGoodCheckpoint + 1 });
    }

    private void Compare(Checkpoint checkpoint, string recomputed)
    {
        if (checkpoint.Hash == recomputed)
        {
            lastGoodCheckpoint = Math.Max(lastGoodCheckpoint, checkpoint.Seq);
            return;
        }

        // A break already seen explains this one; a chain that is whole in itself was rewritten since the checkpoint before.
        if (findings.Exists(f => f.Seq is not null)) return;
        var from = lastGoodCheckpoint + 1;
        Add(new("log.rewritten", $"The chain was rewritten between row {from} and row {checkpoint.Seq}: it contradicts a checkpoint.")
        {
            Seq = from,
            FromSeq = from,
        });
    }

    private void Add(LogFinding finding)
    {
        if (findings.Count < MaxFindings) findings.Add(finding);
    }
}
