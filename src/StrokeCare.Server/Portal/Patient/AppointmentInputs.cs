namespace StrokeCare.Server.Portal;

public sealed class BookInput
{
    public string? Reason { get; set; }

    /// <summary>Made with the form: sent twice, it books once.</summary>
    public string? Key { get; set; }
}

public sealed class MoveInput
{
    /// <summary>The version that was seen.</summary>
    public string? Version { get; set; }
}

public sealed class CancelInput
{
    public string? Reason { get; set; }

    /// <summary>The version that was seen.</summary>
    public string? Version { get; set; }
}
