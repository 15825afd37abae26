namespace StrokeCare.Server.Portal;

/// <summary>The two forms of an entry that was wrong: another text, or none that counts. Both say why.</summary>
public sealed class AmendInput
{
    public string? Diagnosis { get; set; }

    public string? Treatment { get; set; }

    public string? Notes { get; set; }

    public string? Day { get; set; }

    public string? Month { get; set; }

    public string? Year { get; set; }

    public string? Reason { get; set; }

    /// <summary>Why the whole entry is taken back.</summary>
    public string? Mistake { get; set; }

    /// <summary>The version that was seen.</summary>
    public string? Version { get; set; }
}
