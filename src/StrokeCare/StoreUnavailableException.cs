namespace StrokeCare;

/// <summary>
/// A store does not answer, or cannot take more now. Of a write the outcome was looked up first: when this is thrown
/// the change is either not there, or will be found under its reserved id by a retry. Answers 503 with Retry-After.
/// </summary>
public sealed class StoreUnavailableException(string store, string reason, Exception? inner = null)
    : Exception($"{store}: {reason}", inner)
{
    /// <summary>sqlite, postgresql or mongodb.</summary>
    public string Store { get; } = store;
}
