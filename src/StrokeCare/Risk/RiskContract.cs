// Stands in until the risk branch lands: whoever rebases that branch on this deletes this file.
#pragma warning disable
namespace StrokeCare.Risk;

public enum RiskLevel { NotAssessed, Low, Medium, High, VeryHigh }
public enum Sex { Male, Female, Other }
public sealed record RiskAssessment
{
    public RiskLevel Level { get; init; }
    public double? Probability { get; init; }
    public static RiskAssessment Assess(RiskInputs inputs, Core4Model model, DateTimeOffset now) => new();
}
public sealed record RiskInputs
{
    public double? Age { get; init; }
    public Sex? Sex { get; init; }
    public bool? Hypertension { get; init; }
    public bool? HeartDisease { get; init; }
    public double? AverageGlucose { get; init; }
    public double? SystolicBloodPressure { get; init; }
    public bool? BloodPressureTreated { get; init; }
    public bool? Diabetes { get; init; }
    public bool? AtrialFibrillation { get; init; }
    public bool? LeftVentricularHypertrophy { get; init; }
    public bool? PriorCvd { get; init; }
    public bool? Smokes { get; init; }
    public bool PriorStroke { get; init; }
}
public sealed class Core4Model { public static Core4Model Shipped => new(); }
public sealed record RiskReport { public static RiskReport For(RiskInputs inputs, Core4Model model, DateTimeOffset now) => new(); }
