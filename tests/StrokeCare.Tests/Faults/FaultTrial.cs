namespace StrokeCare.Tests.Faults;

/// <summary>One operation, one of its write commands, one fault: what was seen against what is promised.</summary>
internal sealed class FaultTrial(FaultScenario scenario, WriteCommand command, FaultKind kind)
{
    private const int MostRepeats = 100;
    private static readonly TimeSpan BetweenRepeats = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Landing = FaultKind.Delay + TimeSpan.FromMilliseconds(400);

    /// <summary>How many commands met the fault.</summary>
    public long Hits { get; private set; }

    /// <summary>The client was not told at first: it got the one error there is for an outage.</summary>
    public bool WasUnknown { get; private set; }

    /// <summary>What is wrong; null for nothing.</summary>
    public string? Violation { get; private set; }

    public FaultKind Kind => kind;

    public override string ToString() => $"{scenario}, {command}, {kind.Name}";

    public async Task RunAsync(FaultedStore faulted, FaultStage stage)
    {
        try
        {
            await faulted.WaitUntilBackAsync();
            var work = await scenario.PrepareAsync(stage);
            await faulted.ArmAsync(kind, command);
            var armed = TimeProvider.System.GetTimestamp();
            var answer = await AnswerAsync(work);
            if (answer is null) WasUnknown = true;
            else Expect(work.Answer == answer, $"answered {answer} instead of {work.Answer}");
            if (WasUnknown && work.CheckUnansweredAsync is null) await RepeatAsync(work);
            // A command that was held up arrives after all, and must find its work done.
            if (kind.IsSlow && Landing - TimeProvider.System.GetElapsedTime(armed) is var left && left > TimeSpan.Zero) await Task.Delay(left);
            Hits = await faulted.DisarmAsync();
            Expect(Hits > 0, "the fault hit nothing");
            await faulted.WaitUntilBackAsync();
            await (WasUnknown && work.CheckUnansweredAsync is { } check ? check() : work.CheckAsync());
        }
        catch (Exception unexpected)
        {
            Violation ??= $"{unexpected.GetType().Name}: {unexpected.Message}";
            await faulted.DisarmAsync();
        }
    }

    /// <summary>Null: it ended in the one error there is for an outage.</summary>
    private static async Task<string?> AnswerAsync(FaultedWork work)
    {
        try
        {
            return await work.ActAsync();
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private async Task RepeatAsync(FaultedWork work)
    {
        for (var repeat = 0; repeat < MostRepeats; repeat++)
        {
            if (await AnswerAsync(work) is { } answer)
            {
                Expect(work.Answer == answer || work.Repeated.Contains(answer), $"answered {answer} when it was asked again");
                return;
            }

            await Task.Delay(BetweenRepeats);
        }

        Expect(false, $"no answer when it was asked again {MostRepeats} times");
    }

    private void Expect(bool holds, string otherwise)
    {
        if (!holds) Violation ??= otherwise;
    }
}
