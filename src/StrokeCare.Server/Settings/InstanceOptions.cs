namespace StrokeCare.Server.Settings;

/// <summary>The directory with everything that belongs to this installation: database file, keys, checkpoints. Only its owner may read it.</summary>
internal sealed record InstanceOptions(string Directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Keys => Path.Combine(Directory, "keys");

    public string Checkpoints => Path.Combine(Directory, "checkpoints.jsonl");

    public static InstanceOptions From(IConfiguration settings) =>
        new(Path.GetFullPath(settings.Text("STROKECARE_INSTANCE") ?? "instance"));

    public void Create()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                System.IO.Directory.CreateDirectory(Directory);
                return;
            }

            System.IO.Directory.CreateDirectory(Directory, OwnerOnly);
            File.SetUnixFileMode(Directory, OwnerOnly);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SettingException("STROKECARE_INSTANCE", $"{Directory} cannot be used: {refused.Message}");
        }
    }
}
