using System.Text.Json;
using StrokeCare.Audit;

namespace StrokeCare.Tests.Audit;

/// <summary>Many checkpoints as the file has them, without a sync for each.</summary>
internal static class CheckpointLines
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Of(IEnumerable<Checkpoint> checkpoints) => string.Concat(checkpoints.Select(c => JsonSerializer.Serialize(c, Json) + "\n"));
}
