namespace StrokeCare.Server.Settings;

/// <summary>A setting that cannot be used. The process ends with exit code 2 and this message, which names the setting.</summary>
internal sealed class SettingException(string setting, string problem) : Exception($"{setting}: {problem}")
{
    public string Setting { get; } = setting;
}
