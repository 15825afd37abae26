using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Audit;
using StrokeCare.Mongo;

namespace StrokeCare.Tests.Faults;

/// <summary>Where a scenario plays: the store that meets the fault, its database past the store, and the log.</summary>
internal sealed record FaultStage(MongoStore Store, IMongoDatabase Database, ISecurityLog Log)
{
    public IMongoCollection<BsonDocument> Collection(string name) => Database.GetCollection<BsonDocument>(name);
}

/// <summary>One operation of a store. It is prepared anew for every fault, before which nothing is wrong.</summary>
internal sealed record FaultScenario(string Name, Func<FaultStage, Task<FaultedWork>> PrepareAsync)
{
    /// <summary>It is about all there is of something: its faults come one after the other.</summary>
    public bool IsAlone { get; init; }

    /// <summary>As above, and about what others need: it gets accounts for itself.</summary>
    public bool NeedsAccounts { get; init; }

    /// <summary>It is about a whole database of clinical records: each of its commands gets one for itself.</summary>
    public bool NeedsDatabase { get; init; }

    public static IReadOnlyList<FaultScenario> All { get; } = [.. PatientFaults.All, .. RecordFaults.All, .. AccountFaults.All, .. StoreFaults.All, .. AdoptionFaults.All];

    public override string ToString() => Name;
}

/// <summary>The operation, what it answers when it simply succeeds, and what is there then, exactly once.</summary>
internal sealed record FaultedWork(string Answer, Func<Task<string>> ActAsync, Func<Task> CheckAsync)
{
    /// <summary>What a client may be told that repeats an operation whose outcome it was not told.</summary>
    public IReadOnlyList<string> Repeated { get; init; } = [];

    /// <summary>Set where nobody repeats it: what may then be there.</summary>
    public Func<Task>? CheckUnansweredAsync { get; init; }
}
