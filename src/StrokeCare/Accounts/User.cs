namespace StrokeCare.Accounts;

public readonly record struct UserId(int Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

public enum Role
{
    Admin,
    Doctor,
    Patient,
}

/// <summary>An account. The password hash never leaves the accounts folder: no response record has a place for it.</summary>
public sealed record User
{
    public const int UsernameMaxLength = 100;
    public const int EmailMaxLength = 120;
    public const int NameMaxLength = 100;
    public const int PhoneMaxLength = 20;
    public const int SpecializationMaxLength = 100;
    public const int LicenseNumberMaxLength = 50;

    /// <summary>ASVS 5.0 6.4.1: a password that was handed over is good for a short time only.</summary>
    public static readonly TimeSpan InitialPasswordLifetime = TimeSpan.FromHours(72);

    public required UserId Id { get; init; }

    public required string Username { get; init; }

    public required string Email { get; init; }

    public required string PasswordHash { get; init; }

    public required Role Role { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Phone { get; init; }

    public string? Specialization { get; init; }

    public string? LicenseNumber { get; init; }

    public bool IsActive { get; init; } = true;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastLogin { get; init; }

    /// <summary>Rises on role change, deactivation and password change; tokens of an older epoch die on their next request.</summary>
    public int Epoch { get; init; }

    public int FailedAttempts { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>The password was given by somebody else. It opens the account for <see cref="InitialPasswordLifetime"/>, and nothing after that.</summary>
    public bool MustChangePassword { get; init; }

    public required DateTimeOffset PasswordChangedAt { get; init; }

    /// <summary>The intent of the self-registration that made this account and has not ended; such an account is inactive and at version 0.</summary>
    public string? ReservedBy { get; init; }

    public long Version { get; init; } = 1;

    public User WithPassword(string hash, bool mustChange, DateTimeOffset now) => this with
    {
        PasswordHash = hash,
        MustChangePassword = mustChange,
        PasswordChangedAt = now,
        Epoch = Epoch + 1,
        Version = Version + 1,
    };

    /// <summary>Version 1, active: what a self-registration ends with.</summary>
    public User Activate() => this with { IsActive = true, ReservedBy = null, Version = 1 };

    /// <summary>Patients can be given to them.</summary>
    public bool IsActiveDoctor => this is { Role: Role.Doctor, IsActive: true };

    /// <summary>An initial password past its time signs nobody in; a reset mail does.</summary>
    public bool HasExpiredPassword(DateTimeOffset now) => MustChangePassword && now >= PasswordChangedAt + InitialPasswordLifetime;

    /// <summary>Two names that differ in case or compatibility form only are the same account.</summary>
    public static string Normalize(string nameOrEmail) =>
        RecordedText.Scrub(nameOrEmail).Normalize(System.Text.NormalizationForm.FormKC).ToUpperInvariant();
}

/// <summary>Where a request came from, cut to what the log can hold.</summary>
public sealed record Origin(string? IpAddress, string? UserAgent)
{
    public static Origin Local { get; } = new(null, "strokecare");
}

/// <summary>Who acts, resolved from the store on this very request: active, with the role and epoch of now.</summary>
public sealed record Actor(UserId Id, string Username, Role Role, Origin Origin)
{
    /// <summary>The operator at the console: an admin whose rows carry no user id.</summary>
    public static Actor Operator { get; } = new(new UserId(0), "operator", Role.Admin, Origin.Local);

    public bool IsOperator => Id.Value == 0;
}

/// <summary>What a page shows of a doctor beside a patient.</summary>
public sealed record DoctorName(UserId Id, string Username, string? FirstName, string? LastName, string? Specialization);
