namespace StrokeCare.Bench;

/// <summary>How much of everything a run does.</summary>
internal sealed record Sizes
{
    public required string Name { get; init; }

    /// <summary>Measured rounds of short things; one more goes before as a warm-up.</summary>
    public required int Rounds { get; init; }

    /// <summary>Measured rounds of the large insert, without a warm-up of their own; together with it they fill the table that is read.</summary>
    public required int LargeRounds { get; init; }

    public required int Bulk { get; init; }

    /// <summary>Bulks by each side before the first that is timed, in a database of their own.</summary>
    public required int Practice { get; init; }

    public required int LargeBulk { get; init; }

    /// <summary>Callers at once, and the inserts that they share in one round.</summary>
    public required IReadOnlyList<(int Callers, int Inserts)> Singles { get; init; }

    /// <summary>Reads in one round.</summary>
    public required int Reads { get; init; }

    /// <summary>How many pages of 50 the deep page is away from the first.</summary>
    public required int DeepPages { get; init; }

    /// <summary>Writes whose way into the log is timed.</summary>
    public required int Relayed { get; init; }

    /// <summary>Patients of the clinic, each with three entries of history or so.</summary>
    public required int Clinic { get; init; }

    /// <summary>How long the engine has for what the writing of the clinic leaves to it.</summary>
    public required TimeSpan Settling { get; init; }

    public required int Bookings { get; init; }

    /// <summary>Sign-ins in one round, for each thread that checks passwords; each is a quarter of a second of work.</summary>
    public required int SignIns { get; init; }

    /// <summary>Sign-ins refused for each reason; each is a quarter of a second of work.</summary>
    public required int Guesses { get; init; }

    /// <summary>How long the portal is flooded with sign-ins.</summary>
    public required TimeSpan Flood { get; init; }

    public static Sizes Full { get; } = new()
    {
        Name = "full",
        Rounds = 5,
        LargeRounds = 2,
        Bulk = 1_000,
        Practice = 15,
        LargeBulk = 100_000,
        Singles = [(1, 300), (10, 2_000), (100, 4_000)],
        Reads = 250,
        DeepPages = 2_000,
        Relayed = 300,
        Clinic = 100_000,
        Settling = TimeSpan.FromMinutes(1),
        Bookings = 2_000,
        SignIns = 8,
        Guesses = 50,
        Flood = TimeSpan.FromSeconds(10),
    };

    public static Sizes Smoke { get; } = new()
    {
        Name = "smoke",
        Rounds = 2,
        LargeRounds = 2,
        Bulk = 1_000,
        Practice = 1,
        LargeBulk = 2_000,
        Singles = [(1, 50), (10, 300), (100, 600)],
        Reads = 50,
        DeepPages = 40,
        Relayed = 20,
        Clinic = 2_000,
        Settling = TimeSpan.Zero,
        Bookings = 200,
        SignIns = 3,
        Guesses = 6,
        Flood = TimeSpan.FromSeconds(3),
    };
}
