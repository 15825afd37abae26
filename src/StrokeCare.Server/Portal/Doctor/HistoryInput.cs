namespace StrokeCare.Server.Portal;

public sealed class HistoryInput
{
    public string? Diagnosis { get; set; }

    public string? Treatment { get; set; }

    public string? Notes { get; set; }

    public string? Day { get; set; }

    public string? Month { get; set; }

    public string? Year { get; set; }

    /// <summary>Made with the form: sent twice, it is written once.</summary>
    public string? Key { get; set; }
}
