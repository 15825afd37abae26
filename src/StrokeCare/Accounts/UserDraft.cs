namespace StrokeCare.Accounts;

/// <summary>What somebody typed for a new account: checked, cleaned and hashed in one place, whichever way it came.</summary>
public sealed record UserDraft
{
    public required string Username { get; init; }

    public required string Email { get; init; }

    public required string Password { get; init; }

    public required Role Role { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Phone { get; init; }

    public string? Specialization { get; init; }

    public string? LicenseNumber { get; init; }

    public bool MustChangePassword { get; init; }

    /// <summary>Every field at fault, or null.</summary>
    public Error? Fault() => Check(default).Error;

    /// <summary>The account without an id, its password hashed; or every field at fault; or <see cref="PasswordDesk.Busy"/>.</summary>
    public async Task<Result<User>> ToUserAsync(PasswordDesk desk, TimeProvider time, CancellationToken ct)
    {
        var draft = Check(time.GetUtcNow());
        if (!draft.Succeeded) return draft.Error;
        var hash = await desk.RunAsync(() => Passwords.Hash(Password), ct);
        return hash.Succeeded ? draft.Value with { PasswordHash = hash.Value } : hash.Error;
    }

    private Result<User> Check(DateTimeOffset now)
    {
        var fields = new UserFields();
        var draft = new User
        {
            Id = default,
            Username = fields.Username(Username),
            Email = fields.Email(Email),
            PasswordHash = "",
            Role = Role,
            FirstName = fields.Text("first_name", FirstName, User.NameMaxLength),
            LastName = fields.Text("last_name", LastName, User.NameMaxLength),
            Phone = fields.Text("phone", Phone, User.PhoneMaxLength),
            Specialization = fields.Text("specialization", Specialization, User.SpecializationMaxLength),
            LicenseNumber = fields.Text("license_number", LicenseNumber, User.LicenseNumberMaxLength),
            MustChangePassword = MustChangePassword,
            CreatedAt = now,
            PasswordChangedAt = now,
        };
        fields.Password("password", Password, draft.Username);
        return fields.Faults is { } faults ? faults : draft;
    }
}

/// <summary>Checks what was typed about an account and remembers every fault by its field.</summary>
internal sealed class UserFields
{
    private readonly FieldFaults faults = new();

    /// <summary>Null when nothing is at fault.</summary>
    public Error? Faults => faults.Error;

    public string Username(string typed)
    {
        var name = RecordedText.Scrub(typed);
        if (name.Length is 0 or > User.UsernameMaxLength) faults.Add("username", $"is 1 to {User.UsernameMaxLength} characters.");
        return name;
    }

    public string Email(string typed)
    {
        var address = RecordedText.Scrub(typed);
        if (address.Length > User.EmailMaxLength || !MailAddresses.IsOne(address)) faults.Add("email", $"is an e-mail address of at most {User.EmailMaxLength} characters.");
        return address;
    }

    public string? Text(string field, string? typed, int maxLength) => faults.Text(field, typed, maxLength);

    public void Password(string field, string password, string username)
    {
        if (PasswordRules.Fault(password, username) is { } fault) faults.Add(field, fault);
    }
}

internal static class MailAddresses
{
    /// <summary>One address that can stand in a mail's header as it is: something@something, no blanks, controls, quotes, commas or brackets, and no dot without a name beside it.</summary>
    public static bool IsOne(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
            && text.Split('@').All(part => part.Split('.').All(label => label.Length > 0))
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '"' or ',' or ';' or ':' or '<' or '>' or '(' or ')' or '[' or ']' or '\\');
    }
}

public static class UserErrors
{
    public static Error UsernameTaken { get; } = Taken("user.username_taken", "This user name is taken.", "username");

    public static Error EmailTaken { get; } = Taken("user.email_taken", "This e-mail address is taken.", "email");

    public static Error NotFound { get; } = new(ErrorKind.NotFound, "user.not_found", "There is no account with this id.");

    public static Error LastAdmin { get; } = new(ErrorKind.Conflict, "user.last_admin", "This is the last active admin. Make another one first.");

    /// <summary>What a reservation was refused for; null when it was not.</summary>
    public static Error? Of(AddUserOutcome outcome) => outcome switch
    {
        AddUserOutcome.Added or AddUserOutcome.AlreadyAdded => null,
        AddUserOutcome.UsernameTaken => UsernameTaken,
        AddUserOutcome.EmailTaken => EmailTaken,
    };

    private static Error Taken(string code, string message, string field) => new(ErrorKind.Conflict, code, message)
    {
        Fields = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = ["is taken."] },
    };
}
