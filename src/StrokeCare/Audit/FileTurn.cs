namespace StrokeCare.Audit;

/// <summary>
/// A turn that one process at a time has, kept by holding a lock file open; it ends when disposed of, and when the
/// process dies. The file itself stays: removing it would let two in.
/// </summary>
internal static class FileTurn
{
    /// <summary>Waits up to about a second.</summary>
    /// <exception cref="IOException">Another process kept the turn for longer.</exception>
    public static FileStream Take(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException) when (tries < 200)
            {
                Thread.Sleep(5);
            }
        }
    }
}
