namespace StrokeCare.Server.Portal;

public sealed class SignInInput
{
    public string? Username { get; set; }

    public string? Password { get; set; }

    public string? To { get; set; }

    public string? KeptDraft { get; set; }
}
