using StrokeCare.Appointments;

namespace StrokeCare.Mongo.Appointments;

/// <summary>
/// Time was free at the look and taken at the write: by somebody whose appointment the next look finds, or who has let go
/// of it already. What one write has is seen by the reads of all a moment later.
/// </summary>
internal static class Contention
{
    public const int Attempts = 6;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    public static Task WaitAsync(int attempt, TimeProvider time, CancellationToken ct) => Task.Delay(Moment * attempt, time, ct);

    public static StoreUnavailableException TooMuch(AppointmentId id) =>
        MongoConnection.Unavailable($"others took and let go of the time of appointment {id} again and again; nothing was written", null);
}
