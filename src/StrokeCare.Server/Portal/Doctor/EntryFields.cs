namespace StrokeCare.Server.Portal;

/// <summary>What an entry of a history says, as typed.</summary>
public abstract class EntryFields
{
    public string? Diagnosis { get; set; }

    public string? Treatment { get; set; }

    public string? Notes { get; set; }

    public string? Day { get; set; }

    public string? Month { get; set; }

    public string? Year { get; set; }
}
