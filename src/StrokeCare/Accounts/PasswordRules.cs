namespace StrokeCare.Accounts;

/// <summary>
/// What a new password must be, by NIST SP 800-63B-4: 15 characters or more where it is the only factor, any characters,
/// and none that guessers try first or that hold the user name. Nothing is asked of its composition, and it never ages.
/// </summary>
public static class PasswordRules
{
    /// <summary>In a shorter user name a match is chance.</summary>
    private const int ShortestNameLookedFor = 3;

    /// <summary>
    /// What is wrong with the password, worded to follow the field's name; null when nothing is. Characters are Unicode
    /// code points; the user name is looked for in any case and compatibility form.
    /// </summary>
    public static string? Fault(string password, string username)
    {
        var length = password.EnumerateRunes().Count();
        if (length < Passwords.MinLength) return $"is at least {Passwords.MinLength} characters.";
        if (length > Passwords.MaxLength) return $"is at most {Passwords.MaxLength} characters.";
        var text = User.Normalize(password);
        var name = User.Normalize(username);
        if (name.Length >= ShortestNameLookedFor && text.Contains(name, StringComparison.Ordinal)) return "holds the user name.";
        return CommonPasswords.Make(text) ? "is one of the most common passwords or made of them." : null;
    }
}
