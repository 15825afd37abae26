using System.Globalization;
using System.Text.Json;

namespace StrokeCare.Server.Commands;

/// <summary>How verbs tell what they found: lines whatever the machine's language, or JSON in the API's spelling.</summary>
internal static class VerbOutput
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static void Line(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
