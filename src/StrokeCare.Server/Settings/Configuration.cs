namespace StrokeCare.Server.Settings;

/// <summary>Where settings come from, strongest first: the environment, <c>.env</c> in the working directory, appsettings.json.</summary>
internal static class Configuration
{
    public static IConfigurationRoot Read() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
        .AddDotEnv(Path.GetFullPath(".env"))
        .AddEnvironmentVariables()
        .Build();

    /// <summary>The setting's value; null when it is absent or blank.</summary>
    public static string? Text(this IConfiguration settings, string name) =>
        settings[name]?.Trim() is { Length: > 0 } value ? value : null;

    /// <exception cref="SettingException">The value is neither true nor false.</exception>
    public static bool Flag(this IConfiguration settings, string name) => settings.Text(name)?.ToLowerInvariant() switch
    {
        null or "false" or "0" or "no" or "off" => false,
        "true" or "1" or "yes" or "on" => true,
        _ => throw new SettingException(name, "is true or false."),
    };
}
