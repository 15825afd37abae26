namespace StrokeCare.Server.Portal;

public sealed class NewUserInput
{
    public string? Username { get; set; }

    public string? Email { get; set; }

    public string? FirstName { get; set; }

    public string? LastName { get; set; }

    public string? Role { get; set; }

    public string? Specialization { get; set; }

    public string? Password { get; set; }

    /// <summary>Made with the form: sent twice, it makes one account.</summary>
    public string? Key { get; set; }
}

public sealed class EditUserInput
{
    public string? Role { get; set; }

    public string? Active { get; set; }

    public string? ReassignTo { get; set; }

    public string? Password { get; set; }

    /// <summary>The version that was seen.</summary>
    public string? Version { get; set; }
}

/// <summary>A form with a button only.</summary>
public sealed class VerifyLogInput;

public sealed class ImportInput
{
    /// <summary>Which import is to stop.</summary>
    public string? Cancel { get; set; }
}
