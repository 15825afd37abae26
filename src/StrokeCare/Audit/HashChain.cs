using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StrokeCare.Audit;

/// <summary>
/// Canonical form v1 and the hash over it: RFC 8785 JSON (keys sorted, no white space, minimal escapes) of a row's
/// columns but <c>id</c>, <c>prev_hash</c> and <c>hash</c>; absent values are left out; only integers and strings occur.
/// </summary>
public static class HashChain
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>64 lower-case hex digits of SHA-256(prev_hash as its 32 bytes ‖ canonical form as UTF-8).</summary>
    public static string Of(LogRow row)
    {
        var form = Canonical(row);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Convert.FromHexString(row.PrevHash));
        sha.AppendData(Encoding.UTF8.GetBytes(form));
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    public static string Canonical(LogRow row)
    {
        var json = new StringBuilder(512).Append('{');
        Text(json, "additional_data", row.AdditionalData);
        Text(json, "change_id", row.ChangeId);
        Text(json, "created_at", row.CreatedAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        Text(json, "entity_id", row.EntityId);
        Text(json, "entity_type", row.EntityType);
        Number(json, "entity_version", row.EntityVersion);
        Text(json, "event_description", row.EventDescription);
        Text(json, "event_type", row.EventType);
        Number(json, "form", row.Form);
        Text(json, "ip_address", row.IpAddress);
        Number(json, "seq", row.Seq);
        Text(json, "severity", row.Severity);
        Text(json, "status", row.Status);
        Number(json, "target_user_id", row.TargetUserId);
        Text(json, "target_username", row.TargetUsername);
        Text(json, "user_agent", row.UserAgent);
        Number(json, "user_id", row.UserId);
        Text(json, "user_role", row.UserRole);
        Text(json, "username", row.Username);
        json[^1] = '}';
        return json.ToString();
    }

    private static void Number(StringBuilder json, string key, long? value)
    {
        if (value is null) return;
        json.Append('"').Append(key).Append("\":").Append(CultureInfo.InvariantCulture, $"{value}").Append(',');
    }

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    private static void Text(StringBuilder json, string key, string? value)
    {
        if (value is null) return;
        json.Append('"').Append(key).Append("\":\"");
        if (value.AsSpan().IndexOfAny(Escaped) < 0) json.Append(value);
        else foreach (var c in value) Escape(json, c);
        json.Append("\",");
    }

    private static void Escape(StringBuilder json, char c) => _ = c switch
    {
        '"' => json.Append("\\\""),
        '\\' => json.Append("\\\\"),
        '\b' => json.Append("\\b"),
        '\f' => json.Append("\\f"),
        '\n' => json.Append("\\n"),
        '\r' => json.Append("\\r"),
        '\t' => json.Append("\\t"),
        < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
        _ => json.Append(c),
    };
}
