using System.Security.Cryptography;
using System.Text;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// The triggers that keep the log append-only, by fingerprint: SHA-256 over name, table, when one fires and its body. The
/// list beside the scripts that make them, <c>append-only.sha256</c>, changes with those scripts; a test compares the two.
/// </summary>
internal static class Guards
{
    /// <exception cref="InvalidOperationException">A trigger of the log is missing, disabled, another than the scripts make, or not theirs.</exception>
    public static async Task EnsureAsync(Dialect dialect, Readers readers, CancellationToken ct)
    {
        var expected = Shipped(dialect);
        var found = await FoundAsync(dialect, readers, ct);
        var missing = expected.Keys.Except(found.Keys).ToList();
        var changed = found.Where(trigger => expected.TryGetValue(trigger.Key, out var shipped) && shipped != trigger.Value).Select(trigger => trigger.Key).ToList();
        var foreign = found.Keys.Except(expected.Keys).ToList();
        string[] faults = [.. Fault(missing, "is missing"), .. Fault(changed, "is disabled or does something else"), .. Fault(foreign, "is not one of the portal's")];
        if (faults.Length > 0)
            throw new InvalidOperationException($"The security log is not guarded: {string.Join("; ", faults)}. Find out who changed it.");
    }

    /// <summary>What the database has, by name.</summary>
    public static async Task<Dictionary<string, string>> FoundAsync(Dialect dialect, Readers readers, CancellationToken ct)
    {
        var triggers = await readers.QueryAsync(dialect.Triggers, row => (Name: row.GetString(0), Table: row.GetString(1), Does: row.GetString(2)), [], ct);
        return triggers.Select(t => (t.Name, Print: Fingerprint(t.Name, t.Table, t.Does))).GroupBy(t => t.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => string.Join(' ', same.Select(t => t.Print)), StringComparer.Ordinal);
    }

    /// <summary>What this program's scripts make, by name.</summary>
    public static Dictionary<string, string> Shipped(Dialect dialect)
    {
        var assembly = typeof(Guards).Assembly;
        using var reader = new StreamReader(assembly.GetManifestResourceStream($"{assembly.GetName().Name}.Scripts.{dialect.ScriptFolder}.Always.append-only.sha256")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd().Split("  "))
            .ToDictionary(parts => parts[1], parts => parts[0], StringComparer.Ordinal);
    }

    // Line ends are a checkout's business.
    private static string Fingerprint(string name, string table, string does) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', name, table, does.ReplaceLineEndings("\n")))));

    private static IEnumerable<string> Fault(List<string> names, string fault) => names.Order(StringComparer.Ordinal).Select(name => $"trigger {name} {fault}");
}
