using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace StrokeCare.Patients;

/// <summary>One line of the file: details and source key, or why it was rejected.</summary>
public readonly record struct CsvRow(int Line, PatientDetails? Details, string? SourceKey, string? Reason);

/// <summary>
/// Reads the columns of the Kaggle "Stroke Prediction Dataset". <c>N/A</c> in bmi and an empty cell are "not known";
/// a smoking status of <c>Unknown</c> is kept as it is. Why a line is rejected says the column and what it should be, never
/// what stands there: that may be anything about a patient.
/// </summary>
public static class KaggleCsv
{
    public static IReadOnlyList<string> Columns { get; } =
    [
        "id", "gender", "age", "hypertension", "heart_disease", "ever_married", "work_type", "Residence_type",
        "avg_glucose_level", "bmi", "smoking_status", "stroke",
    ];

    /// <summary>No cell is longer: a quote that never ends would take all that comes after it into one.</summary>
    private const int MaxCellLength = 10_000;

    private static readonly CsvConfiguration Format = new(CultureInfo.InvariantCulture)
    {
        TrimOptions = TrimOptions.Trim,
        MissingFieldFound = null,
        BadDataFound = null,
        MaxFieldSize = MaxCellLength,
        PrepareHeaderForMatch = header => Plain(header.Header),
    };

    /// <exception cref="InvalidDataException">There is no header or it lacks a column, or a cell is too long; the message says it of "the file".</exception>
    public static IEnumerable<CsvRow> Read(TextReader text)
    {
        using var csv = new CsvReader(text, Format);
        ReadHeader(csv);
        while (Next(csv)) yield return ReadRow(csv);
    }

    /// <summary>How many rows there are, good or not.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    public static int Count(TextReader text)
    {
        using var csv = new CsvReader(text, Format);
        ReadHeader(csv);
        var rows = 0;
        while (Next(csv)) rows++;
        return rows;
    }

    private static void ReadHeader(CsvReader csv)
    {
        if (!Next(csv) || !csv.ReadHeader()) throw new InvalidDataException("is empty.");
        var missing = Columns.ExceptBy((csv.HeaderRecord ?? []).Select(Plain), Plain, StringComparer.Ordinal).ToList();
        if (missing.Count > 0) throw new InvalidDataException($"lacks in line 1: {string.Join(", ", missing)}.");
    }

    private static bool Next(CsvReader csv)
    {
        var before = csv.Parser.RawRow;
        try
        {
            return csv.Read();
        }
        catch (MaxFieldSizeException tooLong)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"has a cell of more than {MaxCellLength:#,0} characters in line {before + 1} or soon after it. Is there a quotation mark without its second?"), tooLong);
        }
    }

    // Whatever its case and blanks, and without the byte order mark that spreadsheets put before the first.
    private static string Plain(string header) => header.Trim('\uFEFF').Trim().ToLowerInvariant();

    private static CsvRow ReadRow(CsvReader csv)
    {
        var line = csv.Parser.RawRow;
        try
        {
            // A cell too few or too many has moved the others out of their columns.
            if (csv.Parser.Count != csv.HeaderRecord!.Length)
                throw new FormatException($"has {csv.Parser.Count} cells, the header {csv.HeaderRecord.Length}");
            var cells = new Cells(csv);
            var details = new PatientDetails
            {
                Gender = cells.Word<Gender>("gender"),
                Age = cells.Number("age"),
                Hypertension = cells.Flag("hypertension"),
                HeartDisease = cells.Flag("heart_disease"),
                EverMarried = cells.YesNo("ever_married"),
                WorkType = cells.Word<WorkType>("work_type"),
                ResidenceType = cells.Word<ResidenceType>("Residence_type"),
                AvgGlucoseLevel = cells.Number("avg_glucose_level"),
                Bmi = cells.Number("bmi"),
                SmokingStatus = cells.Word<SmokingStatus>("smoking_status"),
                Stroke = cells.Flag("stroke"),
            };
            return new CsvRow(line, details, $"kaggle:{cells.Id()}", null);
        }
        catch (FormatException fault)
        {
            return new CsvRow(line, null, null, fault.Message);
        }
    }

    private readonly struct Cells(CsvReader csv)
    {
        public string Id() => Text("id") is { Length: <= 50 } id && id.All(char.IsAsciiDigit)
            ? id
            : throw new FormatException("id is not a whole number");

        public double? Number(string column) => Text(column) switch
        {
            null => null,
            var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            _ => throw new FormatException($"{column} is not a number"),
        };

        public bool? Flag(string column) => Text(column) switch
        {
            null => null,
            "0" => false,
            "1" => true,
            _ => throw new FormatException($"{column} is not 0 or 1"),
        };

        public bool? YesNo(string column) => Text(column) switch
        {
            null => null,
            var text when text.Equals("Yes", StringComparison.OrdinalIgnoreCase) => true,
            var text when text.Equals("No", StringComparison.OrdinalIgnoreCase) => false,
            _ => throw new FormatException($"{column} is not Yes or No"),
        };

        public T? Word<T>(string column)
            where T : struct, Enum => Text(column) switch
            {
                null => null,
                var text when Spelling.TryParse<T>(text, out var value) => value,
                _ => throw new FormatException($"{column} is none of {string.Join(", ", Spelling.All<T>())}"),
            };

        private string? Text(string column) => csv.GetField(column) is { Length: > 0 } text && text != "N/A" ? text : null;
    }
}
