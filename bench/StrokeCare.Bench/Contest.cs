using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Bench;

/// <summary>What is aimed at on one engine. A time ratio is ours over by hand; a throughput ratio too, and there more is better.</summary>
internal sealed record Aims
{
    public double? BulkMilliseconds { get; init; }

    public required double Bulk { get; init; }

    public required double SingleThroughput { get; init; }

    public required double Page { get; init; }

    public double Deep { get; init; } = 1.5;

    public static Aims Relational { get; } = new() { BulkMilliseconds = 100, Bulk = 2, SingleThroughput = 0.8, Page = 2 };

    // 1.5 times the driver's time is two thirds of its throughput.
    public static Aims Mongo { get; } = new() { Bulk = 1.3, SingleThroughput = 1 / 1.5, Page = 1.3 };
}

/// <summary>Both sides on one engine, each with a fresh database of its own made by the product's migrations.</summary>
internal interface IContest : IAsyncDisposable
{
    /// <summary>sqlite, postgresql or mongodb.</summary>
    string Engine { get; }

    /// <summary>The engine, its version, and what durability it was asked for.</summary>
    string Describes { get; }

    string ByHandDescribes { get; }

    Aims Aims { get; }

    ISide Ours { get; }

    ISide ByHand { get; }

    ISecurityLog Log { get; }

    IChangeSource Source { get; }

    ChangeSignal Changed { get; }

    /// <summary>What each side has stored of a patient and its change, field by field: they must not differ.</summary>
    Task<(IReadOnlyDictionary<string, string> Ours, IReadOnlyDictionary<string, string> ByHand)> StoredAsync(string patientId, CancellationToken ct);

    /// <summary>A connection that reads our rows with hand-written code: both sides read the same bytes.</summary>
    ISide ByHandOnOurs { get; }
}
