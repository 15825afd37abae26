using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Patients;

public sealed class DuplicateScoreTests
{
    private static readonly PatientKeys Draft = new("Ada", "King", "M-42", new DateOnly(1950, 3, 12), null);

    [Theory]
    [InlineData("Ada", "King", "m42", "1950-03-12", true, 0.99, "SameMrn SameName SameDateOfBirth SamePhone")]
    [InlineData("Ada", "King", null, "1950-03-12", false, 0.72, "SameName SameDateOfBirth")]
    [InlineData("King", "Áda", null, "1950-12-03", false, 0.68, "SameName DayMonthSwapped")]
    [InlineData("Ada Maria", "Knig", null, "1950-03-12", false, 0.67, "SimilarName SameDateOfBirth")]
    [InlineData("Ada", "King", null, null, false, 0.5, "SameName")]
    [InlineData("Ada", "King", null, "1970-01-01", false, 0.25, "SameName")]
    [InlineData("Ada", "King", null, "1970-01-01", true, 0.35, "SameName SamePhone")]
    [InlineData("Bob", "Smith", "M42", "1970-01-01", false, 0.95, "SameMrn")]
    [InlineData("Bob", "King", null, "1950-03-12", false, 0.45, "SameDateOfBirth")]
    [InlineData(null, null, null, null, true, 0.4, "SamePhone")]
    public void Reasons_add_up(string? first, string? last, string? mrn, string? birth, bool samePhone, double score, string reasons)
    {
        var stored = new PatientSummary
        {
            Id = PatientBuilder.NewId(),
            Version = 1,
            FirstName = first,
            LastName = last,
            Mrn = mrn,
            DateOfBirth = birth is null ? null : DateOnly.ParseExact(birth, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            RiskLevel = RiskLevel.Low,
            CreatedAt = PatientBuilder.Now,
            UpdatedAt = PatientBuilder.Now,
        };

        var likely = DuplicateScore.Of(Draft, stored, samePhone);

        Assert.Equal((score, reasons), (likely.Score, string.Join(' ', likely.Reasons)));
    }

    [Fact]
    public void A_day_above_twelve_has_no_swapped_date()
    {
        Assert.Equal(new DateOnly(1950, 12, 3), DuplicateScore.Swapped(new(1950, 3, 12)));
        Assert.Null(DuplicateScore.Swapped(new(1950, 3, 13)));
        Assert.Null(DuplicateScore.Swapped(new(1950, 3, 3)));
    }
}
