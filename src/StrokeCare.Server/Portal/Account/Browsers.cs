namespace StrokeCare.Server.Portal;

/// <summary>What a device is called, as far as it says itself. Browsers name others before themselves: the order matters.</summary>
internal static class Browsers
{
    private static readonly (string Sign, string Name)[] Programs = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] Systems = [("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "an Android device"), ("Windows", "Windows"), ("Mac OS", "a Mac"), ("Linux", "Linux")];

    public static string Name(string? agent)
    {
        var program = Find(Programs, agent);
        if (program is null) return "A program or a device of unknown kind";
        return Find(Systems, agent) is { } system ? $"{program} on {system}" : program;
    }

    private static string? Find((string Sign, string Name)[] known, string? agent) =>
        agent is null ? null : known.FirstOrDefault(one => agent.Contains(one.Sign, StringComparison.Ordinal)).Name;
}
