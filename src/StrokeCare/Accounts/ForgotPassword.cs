using System.Buffers.Text;
using System.Security.Cryptography;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Accounts;

public sealed record ForgotPassword
{
    public required string Email { get; init; }
}

/// <summary>What is left to do after a request was answered: make the token and mail it.</summary>
public sealed record WantedReset(UserId UserId, string Username, string Email);

/// <summary>
/// Asks for a reset mail. The answer is the same, and costs the same, whether the address is known or not: the token is
/// made and mailed afterwards, and is never in any answer.
/// </summary>
public sealed class ForgotPasswordHandler(IUserStore users, ISecurityLog log, ResetMails mails, TimeProvider time)
{
    public async Task<Error?> HandleAsync(ForgotPassword command, Origin origin, CancellationToken ct)
    {
        var address = RecordedText.Scrub(command.Email);
        if (address.Length > User.EmailMaxLength || !MailAddresses.IsOne(address)) return Error.Invalid("email", "is not an e-mail address.");
        var found = await users.FindByEmailAsync(address, ct);
        var user = found?.IsActive == true ? found : null;
        await log.AppendAsync(
            [new Change
            {
                ChangeId = Change.NewId(),
                Action = AuditAction.PasswordResetRequested,
                At = time.GetUtcNow(),
                Description = user is null ? "Password reset asked for with an unknown address" : $"Password reset asked for user {user.Id}",
                Status = user is null ? AuditStatus.Failure : AuditStatus.Success,
                Severity = user is null ? AuditSeverity.Medium : AuditSeverity.Info,
                TargetUserId = user?.Id,
                TargetUsername = user?.Username,
                IpAddress = origin.IpAddress,
                UserAgent = origin.UserAgent,
            }], ct);
        if (user is not null) mails.Want(new(user.Id, user.Username, user.Email));
        return null;
    }
}

/// <summary>The text of a reset token: 256 random bits, 43 characters.</summary>
internal static class ResetTokenText
{
    public static (string Text, byte[] Hash) New()
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (text, HashOf(text));
    }

    public static byte[] HashOf(string text) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));
}
