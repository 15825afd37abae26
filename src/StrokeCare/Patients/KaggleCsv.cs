using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace StrokeCare.Patients;

/// <summary>One line of the file: details and source key, or why it was rejected.</summary>
public readonly record struct CsvRow(int Line, PatientDetails? Details, string? SourceKey, string? Reason);

/// <summary>
/// Reads the columns of the Kaggle "Stroke Prediction Dataset". <c>N/A</c> in bmi and an empty cell are "not known";
/// a smoking status of <c>Unknown</c> is kept as it is.
/// </summary>
public static class KaggleCsv
{
    private static readonly string[] Columns =
    [
        "id", "gender", "age", "hypertension", "heart_disease", "ever_married", "work_type", "Residence_type",
        "avg_glucose_level", "bmi", "smoking_status", "stroke",
    ];

    /// <exception cref="InvalidDataException">The header lacks a column; the message names it.</exception>
    public static IEnumerable<CsvRow> Read(TextReader text)
    {
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            MissingFieldFound = null,
            BadDataFound = null,
            PrepareHeaderForMatch = header => Plain(header.Header),
        });
        if (!csv.Read() || !csv.ReadHeader()) throw new InvalidDataException("The file is empty.");
        var missing = Columns.ExceptBy((csv.HeaderRecord ?? []).Select(Plain), Plain, StringComparer.Ordinal).ToList();
        if (missing.Count > 0) throw new InvalidDataException($"The header lacks: {string.Join(", ", missing)}.");
        while (csv.Read()) yield return ReadRow(csv);
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
            var text => throw new FormatException($"{column} is not a number: \"{RecordedText.Cut(text, 30)}\""),
        };

        public bool? Flag(string column) => Text(column) switch
        {
            null => null,
            "0" => false,
            "1" => true,
            var text => throw new FormatException($"{column} is not 0 or 1: \"{RecordedText.Cut(text, 30)}\""),
        };

        public bool? YesNo(string column) => Text(column) switch
        {
            null => null,
            var text when text.Equals("Yes", StringComparison.OrdinalIgnoreCase) => true,
            var text when text.Equals("No", StringComparison.OrdinalIgnoreCase) => false,
            var text => throw new FormatException($"{column} is not Yes or No: \"{RecordedText.Cut(text, 30)}\""),
        };

        public T? Word<T>(string column)
            where T : struct, Enum => Text(column) switch
            {
                null => null,
                var text when Spelling.TryParse<T>(text, out var value) => value,
                var text => throw new FormatException($"{column} is none of {string.Join(", ", Spelling.All<T>())}: \"{RecordedText.Cut(text, 30)}\""),
            };

        private string? Text(string column) => csv.GetField(column) is { Length: > 0 } text && text != "N/A" ? text : null;
    }
}
