namespace StrokeCare.Accounts;

/// <summary>
/// A bulkhead for bcrypt: a check costs a quarter of a second of a core, so all but one core may work on them, on threads
/// of their own, and who would wait more than five seconds is told at once to come back. A flood of sign-ins leaves the
/// portal usable.
/// </summary>
public sealed class PasswordDesk : IDisposable
{
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>What a check is taken to last until some were measured.</summary>
    private static readonly TimeSpan FirstGuess = TimeSpan.FromMilliseconds(300);

    /// <summary>The average moves by an eighth of what the newest check differs from it.</summary>
    private const int Weight = 8;

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly PasswordThreads threads;
    private TimeSpan average = FirstGuess;
    private int kept;
    private bool closed;

    public PasswordDesk(TimeProvider time)
        : this(time, Math.Max(1, Environment.ProcessorCount - 1))
    {
    }

    internal PasswordDesk(TimeProvider time, int threadCount) => (this.time, threads) = (time, new(threadCount));

    public static Error Busy { get; } = new(ErrorKind.Unavailable, "login.busy", "Too many people sign in at this moment. Try again in a few seconds.")
    {
        RetryAfter = LongestWait,
    };

    public int Threads => threads.MaximumConcurrencyLevel;

    /// <summary>How long work handed in now would wait for a thread: those that wait or have a place, times the average duration of late, shared by the threads.</summary>
    public TimeSpan ExpectedWait
    {
        get
        {
            lock (gate) return average * (threads.Waiting + kept) / Threads;
        }
    }

    /// <summary>Work handed in now would be refused.</summary>
    public bool IsBusy => ExpectedWait > LongestWait;

    /// <summary>Runs the work in its turn; <see cref="Busy"/> at once when its turn would come too late, or never.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before its turn came. Work that has begun is not cut short.</exception>
    public async Task<Result<T>> RunAsync<T>(Func<T> work, CancellationToken ct)
    {
        using var place = TakePlace();
        return place is null ? Busy : await place.RunAsync(work, ct);
    }

    /// <summary>
    /// A place in the line for who has something to do first that must not be in vain, such as to count an attempt. Null
    /// when work handed in now would be refused.
    /// </summary>
    internal Place? TakePlace()
    {
        lock (gate)
        {
            if (closed || IsBusy) return null;
            kept++;
            return new(this);
        }
    }

    /// <summary>Returns when the work in hand and all that waits is done.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
        }

        threads.Dispose();
    }

    private void GiveUp(Place place)
    {
        lock (gate)
        {
            if (place.TryLeave()) kept--;
        }
    }

    private async Task<Result<T>> RunAsync<T>(Place place, Func<T> work, CancellationToken ct)
    {
        Task<T> turn;
        lock (gate)
        {
            GiveUp(place);
            if (closed) return Busy;
            turn = threads.StartAsync(() => Timed(work), ct);
        }

        return await turn;
    }

    private T Timed<T>(Func<T> work)
    {
        var began = time.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            var took = time.GetElapsedTime(began);
            lock (gate) average += (took - average) / Weight;
        }
    }

    /// <summary>Kept until work is handed in for it or it is disposed of.</summary>
    internal sealed class Place(PasswordDesk desk) : IDisposable
    {
        private bool left;

        /// <summary>Runs the work in its turn; <see cref="Busy"/> only when the desk has closed.</summary>
        /// <exception cref="OperationCanceledException">Cancelled before its turn came. Work that has begun is not cut short.</exception>
        public Task<Result<T>> RunAsync<T>(Func<T> work, CancellationToken ct) => desk.RunAsync(this, work, ct);

        public void Dispose() => desk.GiveUp(this);

        internal bool TryLeave() => !left && (left = true);
    }
}
