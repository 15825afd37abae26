namespace StrokeCare.Server.Portal;

public sealed class AppearanceInput
{
    public string? Theme { get; set; }

    public string? Text { get; set; }

    public string? Back { get; set; }
}
