using System.Security.Cryptography;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Accounts;

/// <summary>On the first start there is nobody who could make accounts: an admin is made, its password random and shown once.</summary>
internal sealed class FirstAdmin(IUserStore users, CreateUserHandler create)
{
    public const string Username = "admin";

    // No letters or digits that look like others.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>The new admin's password, or null when an admin was there.</summary>
    public async Task<string?> EnsureAsync(CancellationToken ct)
    {
        if (await users.AnyAdminAsync(ct)) return null;
        var password = string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Alphabet, 5)));
        var made = await create.HandleAsync(
            new CreateUser { Username = Username, Email = "admin@clinic.invalid", Password = password, Role = Role.Admin, MustChangePassword = true },
            Actor.Operator, null, ct);
        // Another process that starts at the same time was faster: its password is the one that counts.
        return made.Succeeded ? password : null;
    }
}
