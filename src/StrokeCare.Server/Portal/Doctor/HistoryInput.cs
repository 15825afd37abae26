namespace StrokeCare.Server.Portal;

public sealed class HistoryInput : EntryFields
{
    /// <summary>Made with the form: sent twice, it is written once.</summary>
    public string? Key { get; set; }
}
