namespace StrokeCare.Audit;

/// <summary>
/// Walks the log row by row: numbering, hashes, checkpoints. It chains on what it recomputes. Only behind a row it has
/// already reported does it also take that row's own word, so that each later fault is found as one of its own.
/// </summary>
internal sealed class ChainCheck
{
    private const int MaxFindings = 100;

    private readonly SigningKeys keys;
    private readonly LogHead headBefore;
    private readonly Dictionary<long, Checkpoint> expected = [];
    private readonly List<LogFinding> findings = [];
    private LogHead head = LogHead.Empty;
    private LogRow? lastRow;
    private string? claimed;
    private long lastFault;
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

    public bool Stopped { get; private set; }

    public void Check(LogRow row)
    {
        Rows++;
        if (row.Seq < 1)
        {
            Add(new("log.no_such_seq", $"A row has the number {row.Seq}, which none can have."));
            return;
        }

        if (row.Seq <= head.Seq)
        {
            Fault("log.duplicate", $"Row {row.Seq} is there twice.", row.Seq);
            claimed = row.Hash;
            return;
        }

        var contradicted = Contradicted();
        var explained = lastFault > lastGoodCheckpoint;
        var gap = row.Seq > head.Seq + 1;
        if (gap) Fault("log.gap", $"Rows {head.Seq + 1} to {row.Seq - 1} are missing.", head.Seq + 1);
        var link = Link(row, gap);
        var recomputed = HashChain.Of(row with { PrevHash = link });
        var blamed = row.PrevHash != link ? BrokenLink(row) : row.Hash != recomputed ? Changed(row) : (long?)null;
        if (contradicted is not null && !explained && blamed != head.Seq) Rewritten(contradicted);
        if (row.Seq == headBefore.Seq && blamed is null && recomputed != headBefore.Hash)
            Fault("log.head_changed", "The head does not have the hash of its row.", row.Seq, lastGoodCheckpoint + 1);

        head = new(row.Seq, recomputed);
        claimed = blamed is null ? null : row.Hash;
        lastRow = row;
    }

    /// <summary>The next row cannot be read as one: nothing behind it is checked.</summary>
    public void StopAtUnreadable()
    {
        Stopped = true;
        Fault("log.unreadable", $"The row after {head.Seq} holds what no log row can; the rows from there on were not checked.", head.Seq + 1);
    }

    /// <summary>After the last row: what the heads (before and after the walk) and the remaining checkpoints say must be there.</summary>
    public void Finish(LogHead headAfter)
    {
        if (Stopped) return;
        if (Contradicted() is { } contradicted && lastFault <= lastGoodCheckpoint) Rewritten(contradicted);
        if (headAfter.Seq < head.Seq)
            Fault("log.head_behind", $"The head says {headAfter.Seq}, the last row is {head.Seq}.", headAfter.Seq + 1);
        if (headBefore.Seq > head.Seq)
            Fault("log.truncated", $"The head says {headBefore.Seq}, the last row is {head.Seq}.", head.Seq + 1);
        if (lastCheckpoint > head.Seq)
            Fault("log.truncated", $"A checkpoint vouches for row {lastCheckpoint}, the last row is {head.Seq}.", head.Seq + 1);
    }

    private void Expect(Checkpoint checkpoint)
    {
        if (!checkpoint.IsSignedBy(keys))
        {
            Add(new("checkpoint.forged", $"The checkpoint of row {checkpoint.Seq} is not signed by a known key."));
            return;
        }

        lastCheckpoint = Math.Max(lastCheckpoint, checkpoint.Seq);
        if (checkpoint.Seq == 0 || expected.TryAdd(checkpoint.Seq, checkpoint) || expected[checkpoint.Seq].Hash == checkpoint.Hash) return;
        Add(new("checkpoint.fork", $"Two signed checkpoints of row {checkpoint.Seq} disagree: the log had two histories."));
    }

    /// <summary>The hash this row has to name as the one before it. Behind a gap there is nothing to hold it against but itself.</summary>
    private string Link(LogRow row, bool gap) => (gap && IsHash(row.PrevHash)) || row.PrevHash == claimed ? row.PrevHash : head.Hash;

    private long Changed(LogRow row) => Fault("log.row_changed", $"Row {row.Seq} does not have the hash of its content.", row.Seq);

    private long BrokenLink(LogRow row) => lastRow is { } before && BlamesTheRowBefore(row, before)
        ? Fault("log.row_changed", $"Row {before.Seq} was changed or put in, and given a hash of its own.", before.Seq, lastGoodCheckpoint + 1)
        : Fault("log.chain_broken", $"Row {row.Seq} does not follow the row before it.", row.Seq);

    // A row that is whole in itself was not touched, so the one before it was; a row that is whole under the number
    // before its own was moved up by one, so the one before it was put in. A copy of the row before is itself the intruder.
    private bool BlamesTheRowBefore(LogRow row, LogRow before) =>
        IsHash(row.PrevHash)
        && before.Seq == row.Seq - 1
        && before.Seq > lastGoodCheckpoint
        && row.ChangeId != before.ChangeId
        && (HashChain.Of(row) == row.Hash || HashChain.Of(row with { Seq = before.Seq }) == row.Hash);

    // Asked once the next row is there, or none: only then is it known whether the row itself is the one at fault.
    private Checkpoint? Contradicted()
    {
        if (!expected.Remove(head.Seq, out var checkpoint)) return null;
        if (checkpoint.Hash != head.Hash) return checkpoint;
        lastGoodCheckpoint = checkpoint.Seq;
        return null;
    }

    // Only where no fault seen since the checkpoint before explains it: the chain is whole in itself, so it was rewritten.
    private void Rewritten(Checkpoint contradicted)
    {
        var from = lastGoodCheckpoint + 1;
        Fault("log.rewritten", $"The chain was rewritten between row {from} and row {contradicted.Seq}: it contradicts a checkpoint.", from, from);
        lastFault = Math.Max(lastFault, contradicted.Seq);
    }

    private long Fault(string code, string message, long seq, long? from = null)
    {
        lastFault = Math.Max(lastFault, seq);
        Add(new(code, message) { Seq = seq, FromSeq = from });
        return seq;
    }

    private void Add(LogFinding finding)
    {
        if (findings.Count < MaxFindings) findings.Add(finding);
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);
}
