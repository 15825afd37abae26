namespace StrokeCare.Server.Tests.Support;

/// <summary>Files of the repository that a test compares with what the portal does; STROKECARE_UPDATE=1 writes them anew.</summary>
public static class Committed
{
    public static void Check(string path, string actual)
    {
        var file = Path.Combine(Root(), path);
        if (Environment.GetEnvironmentVariable("STROKECARE_UPDATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{path} is missing: run the tests once with STROKECARE_UPDATE=1 and review what they write");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    public static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "StrokeCare.slnx"))) folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!;
        return folder;
    }
}
