namespace StrokeCare.Server.Portal;

public sealed class ForgotPasswordInput
{
    public string? Email { get; set; }
}

public sealed class ResetPasswordInput
{
    public string? Token { get; set; }

    public string? NewPassword { get; set; }
}

public sealed class ChangePasswordInput
{
    public string? CurrentPassword { get; set; }

    public string? NewPassword { get; set; }
}

public sealed class SessionInput
{
    /// <summary>Which session to end; empty for all.</summary>
    public string? Session { get; set; }
}
