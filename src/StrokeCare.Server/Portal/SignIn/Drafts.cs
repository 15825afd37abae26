using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StrokeCare.Accounts;

namespace StrokeCare.Server.Portal;

/// <summary>What somebody had typed on a page when their session ended. Only that person gets it back, and only on that page.</summary>
internal sealed record Draft(int User, string Path, IReadOnlyDictionary<string, string> Fields);

/// <summary>
/// Keeps what was typed over a sign-in: sealed, in a hidden field, never in an address or in the browser's storage.
/// Passwords are left out.
/// </summary>
internal sealed class Drafts(IDataProtectionProvider protection)
{
    /// <summary>The field in which a sealed draft travels.</summary>
    public const string Field = "_draft";

    /// <summary>Sent with a form by its page when the session is over: what was typed is to be kept, and nothing to be done.</summary>
    public const string KeepField = "_keep";

    private const int MaxFields = 100;
    private const int MaxLength = 64 * 1024;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(12);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("StrokeCare.Portal.Draft.v1").ToTimeLimitedDataProtector();

    /// <summary>Null when there is nothing worth keeping.</summary>
    public string? Seal(UserId user, HttpRequest request, IFormCollection form)
    {
        var draft = Of(user, request, form);
        if (draft.Fields.Values.All(string.IsNullOrWhiteSpace) || draft.Fields.Sum(field => field.Value.Length) > MaxLength) return null;
        return protector.Protect(JsonSerializer.Serialize(draft), Kept);
    }

    public static Draft Of(UserId user, HttpRequest request, IFormCollection form) => new(
        user.Value,
        request.Path.Value + request.QueryString.Value,
        form.Where(field => IsTyped(field.Key)).Take(MaxFields).ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal));

    public Draft? Open(string? sealedDraft) =>
        sealedDraft is { Length: > 0 } && protector.TryUnprotect(sealedDraft) is { } json ? JsonSerializer.Deserialize<Draft>(json) : null;

    private static bool IsTyped(string name) =>
        name.StartsWith(PortalForm.Prefix, StringComparison.Ordinal) && !name.Contains("Password", StringComparison.OrdinalIgnoreCase);
}
