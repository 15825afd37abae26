using System.Diagnostics;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Waits until nothing is half done any more. Recovery looks at its start, after 2 seconds and then every 30: more it never takes.</summary>
internal static class Settling
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(35);

    public static async Task WaitAsync(ClinicStores stores, Ledger ledger)
    {
        var since = Stopwatch.GetTimestamp();
        while (await UnfinishedAsync(stores) is { Count: > 0 } left)
        {
            if (Stopwatch.GetElapsedTime(since) > Limit)
            {
                foreach (var what in left) ledger.Violation($"{Limit} after the start there is {what}");
                return;
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Open intents and accounts that are only reserved. A later look at an archived patient is not due for a minute.</summary>
    private static async Task<IReadOnlyList<string>> UnfinishedAsync(ClinicStores stores)
    {
        await using var connection = await StoreSnapshot.OpenAsync(stores);
        var intents = await StoreSnapshot.RowsAsync(
            connection, "SELECT kind, id FROM intents WHERE closed_at IS NULL AND kind <> 'archived_lately'", row => $"the open intent of a {row.GetString(0)}, {row.GetString(1)}");
        if (intents.Count > 0) return intents;
        var accounts = await StoredAccount.AllAsync(stores, connection);
        return [.. accounts.Where(account => account.ReservedBy is not null).Select(account => $"the reserved account {account.Id}")];
    }
}
