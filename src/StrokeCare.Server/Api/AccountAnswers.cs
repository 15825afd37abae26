using System.Text.Json.Serialization;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Server.Accounts;

namespace StrokeCare.Server.Api;

/// <summary>Both tokens and whose they are. The refresh token is good once, within an hour.</summary>
internal sealed record TokenAnswer(string AccessToken, int ExpiresIn, string RefreshToken, Account User)
{
    public string TokenType { get; } = "Bearer";

    public static TokenAnswer Of(SignedIn who, string accessToken) =>
        new(accessToken, (int)Tokens.Lifetime.TotalSeconds, who.RefreshToken, new Account(who.User));
}

/// <summary>An account as its owner and admins see it.</summary>
internal record Account
{
    public Account(User user)
    {
        Id = user.Id;
        Username = user.Username;
        Email = user.Email;
        Role = user.Role;
        FirstName = user.FirstName;
        LastName = user.LastName;
        Phone = user.Phone;
        Specialization = user.Specialization;
        LicenseNumber = user.LicenseNumber;
        MustChangePassword = user.MustChangePassword;
        CreatedAt = user.CreatedAt;
        LastLogin = user.LastLogin;
    }

    public UserId Id { get; }

    public string Username { get; }

    public string Email { get; }

    public Role Role { get; }

    public string? FirstName { get; }

    public string? LastName { get; }

    public string? Phone { get; }

    public string? Specialization { get; }

    public string? LicenseNumber { get; }

    /// <summary>The password was given by somebody else: it opens the account for 72 hours from then on.</summary>
    public bool MustChangePassword { get; }

    public DateTimeOffset CreatedAt { get; }

    public DateTimeOffset? LastLogin { get; }
}

/// <summary>One's own account, with the id of one's record.</summary>
internal sealed record OwnAccount(User User, PatientId? Record) : Account(User)
{
    [JsonIgnore]
    public User User { get; } = User;

    [JsonIgnore]
    public PatientId? Record { get; } = Record;

    /// <summary>Null when the account has no record, or the store of records does not answer.</summary>
    public PatientId? PatientId => Record;
}

/// <summary>An account as admins see it.</summary>
internal sealed record ManagedAccount : Account
{
    public ManagedAccount(User user, DateTimeOffset now)
        : base(user)
    {
        IsActive = user.IsActive;
        LockedUntil = user.LockedUntil > now ? user.LockedUntil : null;
        Version = user.Version;
    }

    public bool IsActive { get; }

    /// <summary>Null unless failed sign-ins have locked the account until then.</summary>
    public DateTimeOffset? LockedUntil { get; }

    public long Version { get; }
}

/// <summary>A signed-in device.</summary>
internal sealed record OwnSession
{
    public OwnSession(Session session, string current)
    {
        Id = session.Id;
        CreatedAt = session.CreatedAt;
        LastUsedAt = session.LastUsedAt;
        ExpiresAt = session.ExpiresAt;
        IpAddress = session.IpAddress;
        UserAgent = session.UserAgent;
        Current = session.Id == current;
    }

    public string Id { get; }

    public DateTimeOffset CreatedAt { get; }

    public DateTimeOffset LastUsedAt { get; }

    public DateTimeOffset ExpiresAt { get; }

    public string? IpAddress { get; }

    public string? UserAgent { get; }

    /// <summary>It is the one this very request came in.</summary>
    public bool Current { get; }
}
