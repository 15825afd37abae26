using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Commands;

/// <summary>What a verb ends with: 0 done, 1 not done or something found, 2 asked for in a way that cannot be done.</summary>
internal static class Exit
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>Runs a verb and says outages and bad settings in one line instead of a stack trace.</summary>
    public static async Task<int> FromAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (SettingException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return Usage;
        }
        catch (StoreUnavailableException away)
        {
            await Console.Error.WriteLineAsync($"The store does not answer: {away.Message}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped before the end. Running it again is safe.");
            return Failed;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(unreadable.Message);
            return Failed;
        }
    }
}
