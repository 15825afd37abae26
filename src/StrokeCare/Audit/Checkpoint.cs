using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StrokeCare.Audit;

/// <summary>A signed statement, kept outside the database, that row <c>seq</c> had this hash: what makes truncation and a rewritten chain visible.</summary>
public sealed record Checkpoint
{
    public required long Seq { get; init; }

    public required string Hash { get; init; }

    public required string Time { get; init; }

    public required string Kid { get; init; }

    /// <summary>ES256 over <c>strokecare checkpoint v1</c>, seq, hash and time, one per line; base64.</summary>
    public required string Signature { get; init; }

    public static Checkpoint Sign(LogHead head, DateTimeOffset now, SigningKey key)
    {
        var time = now.UtcDateTime.ToString(HashChain.TimeFormat, CultureInfo.InvariantCulture);
        var signature = key.Pair.SignData(Statement(head.Seq, head.Hash, time), HashAlgorithmName.SHA256);
        return new() { Seq = head.Seq, Hash = head.Hash, Time = time, Kid = key.Id, Signature = Convert.ToBase64String(signature) };
    }

    public bool IsSignedBy(SigningKeys keys)
    {
        var signature = new byte[64];
        return keys.Find(Kid) is { } key
            && Convert.TryFromBase64String(Signature, signature, out var length)
            && key.Pair.VerifyData(Statement(Seq, Hash, Time), signature.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    private static byte[] Statement(long seq, string hash, string time) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"strokecare checkpoint v1\n{seq}\n{hash}\n{time}"));
}

/// <summary>The file of checkpoints, one JSON object a line, only ever appended to.</summary>
public sealed class CheckpointFile(string path)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

    public string Path => path;

    /// <summary>Returns when the line is on the disk. What a crash left of a line before it is cut off first.</summary>
    /// <exception cref="IOException">Another process kept the file to itself for a second.</exception>
    public void Append(Checkpoint checkpoint)
    {
        // Processes that share the file append one after the other; whoever reads does not wait.
        using var turn = FileTurn.Take($"{path}.lock");
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        var end = EndOfLastLine(file);
        if (end < file.Length) file.SetLength(end);
        file.Position = end;
        file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(checkpoint, Json) + "\n"));
        file.Flush(flushToDisk: true);
    }

    /// <summary>
    /// All checkpoints in file order; the second value counts lines that are none. A last line without its end is a
    /// crash while it was written, not a finding.
    /// </summary>
    public (IReadOnlyList<Checkpoint> Checkpoints, int Broken) Read()
    {
        if (!File.Exists(path)) return ([], 0);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var lines = reader.ReadToEnd().Split('\n');
        var checkpoints = lines[..^1].Select(Parse).ToList();
        return ([.. checkpoints.OfType<Checkpoint>()], checkpoints.Count(c => c is null));
    }

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
