using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StrokeCare.Risk;

/// <summary>One record of a training file. <see cref="Stroke"/> is the outcome and is never a predictor.</summary>
public readonly record struct TrainingRow
{
    /// <summary>Years.</summary>
    public required double Age { get; init; }

    public required bool Hypertension { get; init; }
    public required bool HeartDisease { get; init; }

    /// <summary>mg/dL.</summary>
    public required double AverageGlucose { get; init; }

    /// <summary>Describes groups and percentiles; not a predictor.</summary>
    public required Sex Sex { get; init; }

    public required bool Stroke { get; init; }
}

/// <summary>
/// The columns of a stroke CSV (the Kaggle header) that training needs. Strict: one bad line and there are no rows,
/// because a model fitted on "most of the file" could not be reproduced.
/// </summary>
public sealed record TrainingRows
{
    private const int MostProblems = 20;
    private static readonly string[] Columns = ["gender", "age", "hypertension", "heart_disease", "avg_glucose_level", "stroke"];

    public required IReadOnlyList<TrainingRow> Rows { get; init; }

    /// <summary>SHA-256 of the file's bytes, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public int Events => Rows.Count(row => row.Stroke);

    /// <summary>Reads the whole stream. Throws <see cref="InvalidDataException"/> naming up to twenty bad lines.</summary>
    public static TrainingRows Read(Stream csv)
    {
        using var buffer = new MemoryStream();
        csv.CopyTo(buffer);
        var bytes = buffer.ToArray();
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        var places = Header(reader.ReadLine());
        var (rows, problems) = (new List<TrainingRow>(), new List<string>());
        for (var number = 2; problems.Count < MostProblems && reader.ReadLine() is { } line; number++)
            if (ReadLine(line, places, out var row) is { } problem)
                problems.Add($"line {number}: {problem}");
            else
                rows.Add(row);
        if (problems.Count > 0)
            throw new InvalidDataException(string.Join('\n', problems));
        return new() { Rows = rows, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
    }

    private static Places Header(string? line)
    {
        var names = (line ?? "").Split(',').Select(name => name.Trim().ToLowerInvariant()).ToArray();
        var at = Columns.Select(column => Array.IndexOf(names, column)).ToArray();
        var missing = Columns.Where((_, i) => at[i] < 0).ToArray();
        if (missing.Length > 0)
            throw new InvalidDataException($"line 1: the header lacks {string.Join(", ", missing)}");
        if (names.Distinct().Count() < names.Length)
            throw new InvalidDataException("line 1: a column name appears twice");
        return new(names.Length, at);
    }

    private static string? ReadLine(string line, Places places, out TrainingRow row)
    {
        row = default;
        // No column of this format needs quotes; guessing at one would shift the columns after it.
        if (line.Contains('"', StringComparison.Ordinal))
            return "quoted fields are not part of this format";
        var fields = line.Split(',');
        if (fields.Length != places.Width)
            return $"{fields.Length} fields where the header has {places.Width}";
        string Field(int column) => fields[places.At[column]].Trim();
        if (!Enum.TryParse<Sex>(Field(0), ignoreCase: true, out var sex) || !Enum.IsDefined(sex) || char.IsAsciiDigit(Field(0)[0]))
            return $"gender '{Field(0)}' is not Male, Female or Other";
        if (!Number(Field(1), out var age) || age > 120)
            return $"age '{Field(1)}' is not a number from 0 to 120";
        if (!Number(Field(4), out var glucose) || glucose <= 0)
            return $"avg_glucose_level '{Field(4)}' is not a number above 0";
        foreach (var column in (int[])[2, 3, 5])
            if (Field(column) is not ("0" or "1"))
                return $"{Columns[column]} '{Field(column)}' is not 0 or 1";
        row = new()
        {
            Age = age,
            Hypertension = Field(2) == "1",
            HeartDisease = Field(3) == "1",
            AverageGlucose = glucose,
            Sex = sex,
            Stroke = Field(5) == "1",
        };
        return null;
    }

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>How many fields a line has, and where each of <see cref="Columns"/> is among them.</summary>
    private readonly record struct Places(int Width, int[] At);
}
