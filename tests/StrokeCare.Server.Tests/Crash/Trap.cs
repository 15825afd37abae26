namespace StrokeCare.Server.Tests.Crash;

/// <summary>The file from which running servers read where to strike. Replaced whole, so that nobody reads half of it.</summary>
internal sealed class Trap(string instance)
{
    private readonly string path = Path.Combine(instance, "failpoint");
    private int armed;

    /// <summary>The setting that makes a server look here.</summary>
    public string Setting => $"@{path}";

    /// <param name="failpoint">name:effect:pass; the passes are counted from now on.</param>
    public void Arm(string failpoint) => Replace($"{failpoint}:{++armed}");

    public void Disarm() => Replace("");

    private void Replace(string text)
    {
        File.WriteAllText(path + ".next", text);
        File.Move(path + ".next", path, overwrite: true);
    }
}
