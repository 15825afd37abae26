namespace StrokeCare.Risk;

/// <summary>What a clinician sees about risk, in the order it is shown: published scores first, the demonstration number after them.</summary>
public sealed record RiskReport
{
    /// <summary>Every score the product knows, also those that do not apply, so that each can say why not.</summary>
    public required IReadOnlyList<PublishedScore> Published { get; init; }

    public required RiskAssessment Demonstration { get; init; }

    public static RiskReport For(RiskInputs inputs, Core4Model model, DateTimeOffset now) => new()
    {
        Published = [Framingham1994.Score(inputs), Framingham2017.Score(inputs)],
        Demonstration = RiskAssessment.Assess(inputs, model, now),
    };
}
