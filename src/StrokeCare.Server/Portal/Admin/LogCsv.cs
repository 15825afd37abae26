using System.Globalization;
using System.Text;
using StrokeCare.Audit;

namespace StrokeCare.Server.Portal;

/// <summary>
/// Rows of the security log as RFC 4180. Some of their text came from outside, such as a user agent, and a spreadsheet runs
/// what begins like a formula: such a cell gets an apostrophe before it.
/// </summary>
internal static class LogCsv
{
    private const string Header =
        "seq,created_at,event_type,severity,status,user_id,username,user_role,target_user_id,target_username,ip_address,user_agent,entity_type,entity_id,entity_version,event_description,additional_data,change_id,prev_hash,hash";

    private static readonly System.Buffers.SearchValues<char> FormulaStarts = System.Buffers.SearchValues.Create("=+-@\t\r\n");
    private static readonly System.Buffers.SearchValues<char> Quoted = System.Buffers.SearchValues.Create(",\"\r\n");

    // With its mark: without one, spreadsheets read UTF-8 as something else.
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: true);

    public static async Task WriteAsync(IAsyncEnumerable<LogRow> rows, Stream stream, CancellationToken ct)
    {
        await using var writer = new StreamWriter(stream, Encoding, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(Header.AsMemory(), ct);
        await foreach (var row in rows.WithCancellation(ct)) await writer.WriteLineAsync(Line(row).AsMemory(), ct);
    }

    internal static string Line(LogRow row) => string.Join(',', Cells(row).Select(Cell));

    internal static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = FormulaStarts.Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(Quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static IEnumerable<string?> Cells(LogRow row) =>
    [
        Text(row.Seq), row.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), row.EventType, row.Severity, row.Status,
        Text(row.UserId), row.Username, row.UserRole, Text(row.TargetUserId), row.TargetUsername, row.IpAddress, row.UserAgent,
        row.EntityType, row.EntityId, Text(row.EntityVersion), row.EventDescription, row.AdditionalData, row.ChangeId, row.PrevHash, row.Hash,
    ];

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
