using System.Globalization;
using System.Text;

namespace StrokeCare.Patients;

/// <summary>
/// A file that can be read from end to end as <see cref="KaggleCsv"/>: that is looked at before its first row is brought
/// in, so that junk is refused whole. What is said of it names lines and columns, and nothing that stands there.
/// </summary>
public sealed class KaggleFile
{
    /// <summary>A row of the data set has about 70 characters.</summary>
    public const int MaxLineLength = 10_000;

    private const char Unreadable = '\uFFFD';

    private readonly Stream file;

    private KaggleFile(Stream file, int rows) => (this.file, Rows) = (file, rows);

    public int Rows { get; }

    /// <summary>The error is of the field <c>file</c>. The stream is read from its beginning, more than once, and stays the caller's.</summary>
    public static Result<KaggleFile> Open(Stream file)
    {
        using (var text = Text(file))
        {
            if (FaultOf(text) is { } fault) return Error.Invalid("file", fault);
        }

        try
        {
            using var text = Text(file);
            return new KaggleFile(file, KaggleCsv.Count(text));
        }
        catch (InvalidDataException fault)
        {
            return Error.Invalid("file", fault.Message);
        }
    }

    public IEnumerable<CsvRow> Read()
    {
        using var text = Text(file);
        foreach (var row in KaggleCsv.Read(text)) yield return row;
    }

    private static StreamReader Text(Stream file)
    {
        file.Position = 0;
        return new(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
    }

    /// <summary>Null when every character is text and no line is too long.</summary>
    private static string? FaultOf(StreamReader text)
    {
        var buffer = new char[16 * 1024];
        var (line, at) = (1, 0);
        while (text.Read(buffer, 0, buffer.Length) is > 0 and var read)
        {
            foreach (var one in buffer.AsSpan(0, read))
            {
                at++;
                if (one == '\n') (line, at) = (line + 1, 0);
                else if (one == Unreadable || (char.IsControl(one) && one is not ('\r' or '\t')))
                    return Say($"is no text in line {line}, at character {at}. Save it as CSV in UTF-8.");
                else if (at > MaxLineLength) return Say($"has more than {MaxLineLength:#,0} characters in line {line}.");
            }
        }

        return null;
    }

    private static string Say(FormattableString fault) => fault.ToString(CultureInfo.InvariantCulture);
}
