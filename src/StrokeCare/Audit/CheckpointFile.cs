using System.Text;
using System.Text.Json;

namespace StrokeCare.Audit;

/// <summary>The file of checkpoints, one JSON object a line: appended to, and thinned in its older half when it has grown large.</summary>
public sealed class CheckpointFile(string path)
{
    /// <summary>Bytes at the end among which the last checkpoint is looked for: some 250 of them, two minutes of a busy log.</summary>
    private const int Tail = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

    private long thinAt;

    public string Path => path;

    /// <summary>Bytes beyond which the older half is thinned.</summary>
    internal long ThinBeyond { get; init; } = 4 * 1024 * 1024;

    /// <summary>Returns when the line is on the disk. What a crash left of a line before it is cut off first.</summary>
    /// <exception cref="IOException">Another process kept the file to itself for a second.</exception>
    public void Append(Checkpoint checkpoint)
    {
        // Processes that share the file append one after the other; whoever reads does not wait.
        using var turn = FileTurn.Take($"{path}.lock");
        long length;
        using (var file = Open(FileMode.OpenOrCreate, FileAccess.ReadWrite))
        {
            var end = EndOfLastLine(file);
            if (end < file.Length) file.SetLength(end);
            file.Position = end;
            file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(checkpoint, Json) + "\n"));
            file.Flush(flushToDisk: true);
            length = file.Length;
        }

        if (length <= Math.Max(thinAt, ThinBeyond)) return;
        // A file that cannot be thinned, or not enough, is tried again when it has grown further, not at every append.
        thinAt = (CheckpointThinning.TryThin(path, line => Parse(line) is not null) ?? length) + (ThinBeyond / 4);
    }

    /// <summary>
    /// All checkpoints in file order; the second value counts lines that are none. A last line without its end is a
    /// crash while it was written, not a finding.
    /// </summary>
    public (IReadOnlyList<Checkpoint> Checkpoints, int Broken) Read()
    {
        if (!File.Exists(path)) return ([], 0);
        using var file = Open(FileMode.Open, FileAccess.Read);
        return Read(file);
    }

    /// <summary>
    /// The highest checkpoint that <paramref name="keys"/> have signed; null when there is none. It is looked for at the
    /// file's end first, however long the file has grown: processes that share it append slightly out of order at most.
    /// </summary>
    public Checkpoint? Last(SigningKeys keys)
    {
        if (!File.Exists(path)) return null;
        using var file = Open(FileMode.Open, FileAccess.Read);
        // The line that the seek falls into is cut off and read as broken.
        file.Position = Math.Max(0, file.Length - Tail);
        if (Highest(file, keys) is { } last) return last;
        file.Position = 0;
        return Highest(file, keys);
    }

    // From the highest down, so that one signature is checked.
    private static Checkpoint? Highest(FileStream file, SigningKeys keys) =>
        Read(file).Checkpoints.OrderByDescending(c => c.Seq).FirstOrDefault(c => c.IsSignedBy(keys));

    private static (IReadOnlyList<Checkpoint> Checkpoints, int Broken) Read(FileStream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        var lines = reader.ReadToEnd().Split('\n');
        var checkpoints = lines[..^1].Select(Parse).ToList();
        return ([.. checkpoints.OfType<Checkpoint>()], checkpoints.Count(c => c is null));
    }

    // Delete is shared: the thinned file is moved into place also while somebody reads.
    private FileStream Open(FileMode mode, FileAccess access) => new(path, mode, access, FileShare.ReadWrite | FileShare.Delete);

    private static long EndOfLastLine(FileStream file)
    {
        for (var end = file.Length; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n') return end;
        }

        return 0;
    }

    private static Checkpoint? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Checkpoint>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
