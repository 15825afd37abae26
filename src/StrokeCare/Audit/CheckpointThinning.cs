using System.Text;

namespace StrokeCare.Audit;

/// <summary>Keeps the checkpoint file small. An older fault is then placed between two checkpoints further apart; none goes unseen for it.</summary>
internal static class CheckpointThinning
{
    private const int KeptOneIn = 10;

    /// <summary>
    /// Keeps the first checkpoint of the older half and one in ten after it, and all of the newer half. Answers the new
    /// length, or null when the file was left as it was. For whoever has the file's turn.
    /// </summary>
    public static long? TryThin(string path, Func<string, bool> isCheckpoint)
    {
        // A link stays a link: the file it leads to is replaced, from beside it.
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var aside = $"{target}.thinned";
        try
        {
            var thinned = Thinned(File.ReadAllBytes(target), isCheckpoint);
            WriteAside(aside, thinned, target);
            // A power cut may bring the name back to the old file, which is whole as well.
            File.Move(aside, target, overwrite: true);
            return thinned.Length;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // An append-only folder, say, or a full disk: the file itself can still be appended to, or the next append says so.
            TryRemove(aside);
            return null;
        }
    }

    // Lines that are no checkpoint are findings of a verification, so they stay.
    private static byte[] Thinned(byte[] content, Func<string, bool> isCheckpoint)
    {
        var thinned = new MemoryStream(content.Length);
        var start = 0;
        for (var checkpoints = 0; start < content.Length / 2;)
        {
            var length = content.AsSpan(start).IndexOf((byte)'\n') + 1;
            // The rest has no end of its own: whatever it is, it is not the older half any more.
            if (length == 0) break;
            var line = content.AsSpan(start, length);
            if (!isCheckpoint(Encoding.UTF8.GetString(line)) || checkpoints++ % KeptOneIn == 0) thinned.Write(line);
            start += length;
        }

        thinned.Write(content.AsSpan(start));
        return thinned.ToArray();
    }

    private static void WriteAside(string aside, byte[] content, string modeOf)
    {
        // What a crash left of an earlier one is written over.
        using var file = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(modeOf));
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static void TryRemove(string aside)
    {
        try
        {
            File.Delete(aside);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The next thinning writes over it.
        }
    }
}
