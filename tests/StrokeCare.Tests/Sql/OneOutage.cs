using StrokeCare.Changes;

namespace StrokeCare.Tests.Sql;

/// <summary>
/// One outage at one failpoint, once it is armed. It is heard by the threads of a store that is opened after it, so it is
/// made first.
/// </summary>
internal sealed class OneOutage
{
    private volatile string? armed;

    public OneOutage() => Failpoint.Passed = Pass;

    /// <summary>It has not come yet.</summary>
    public bool IsArmed => armed is not null;

    public void Arm(string failpoint) => armed = failpoint;

    /// <summary>The first try may meet the outage; the second, as a client's retry, must find or do the work.</summary>
    public static async Task TwiceAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (StoreUnavailableException)
        {
            await work();
        }
    }

    private void Pass(string failpoint)
    {
        if (failpoint != armed) return;
        armed = null;
        throw new IOException($"An outage at {failpoint}.");
    }
}
