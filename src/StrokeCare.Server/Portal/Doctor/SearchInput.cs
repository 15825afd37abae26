namespace StrokeCare.Server.Portal;

/// <summary>What somebody looks for. It is sent in a body: no name stands in an address.</summary>
public sealed class SearchInput
{
    public string? Q { get; set; }
}
