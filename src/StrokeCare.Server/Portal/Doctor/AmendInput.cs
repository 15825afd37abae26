namespace StrokeCare.Server.Portal;

/// <summary>The two forms of an entry that was wrong: another text, or none that counts. Both say why.</summary>
public sealed class AmendInput : EntryFields
{
    public string? Reason { get; set; }

    /// <summary>Why the whole entry is taken back.</summary>
    public string? Mistake { get; set; }

    /// <summary>The version that was seen.</summary>
    public string? Version { get; set; }
}
