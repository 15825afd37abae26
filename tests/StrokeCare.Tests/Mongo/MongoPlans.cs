using MongoDB.Bson;

namespace StrokeCare.Tests.Mongo;

/// <summary>Asks for the plan of a command as it was sent, and judges it.</summary>
internal static class MongoPlans
{
    public const int Spare = 100;

    /// <summary>Served by an index; with <paramref name="isOneRange"/> also without walking over keys that it does not return.</summary>
    public static async Task AssertCheapAsync(this WatchedMongoStore watched, BsonDocument command, string because, bool isOneRange = false)
    {
        var plan = await watched.PlanAsync(command);
        var stats = plan["executionStats"].AsBsonDocument;
        var (returned, examined, walked) = (stats["nReturned"].ToInt64(), stats["totalDocsExamined"].ToInt64(), stats["totalKeysExamined"].ToInt64());
        Assert.True(examined <= (3 * returned) + Spare, $"{because}: {examined} read for {returned}");
        Assert.True(!isOneRange || walked <= (3 * returned) + Spare, $"{because}: {walked} keys for {returned}");
        Assert.DoesNotContain("COLLSCAN", plan["queryPlanner"].ToJson(), StringComparison.Ordinal);
    }

    /// <summary>From end to end of a collection, each document once, in the order that an index has and nothing has to sort.</summary>
    public static async Task AssertOnceThroughAsync(this WatchedMongoStore watched, BsonDocument command)
    {
        var plan = await watched.PlanAsync(command);
        var all = await watched.Database.GetCollection<BsonDocument>(command["find"].AsString).CountDocumentsAsync(new BsonDocument(), null, TestContext.Current.CancellationToken);
        Assert.InRange(plan["executionStats"]["totalDocsExamined"].ToInt64(), 0, all);
        Assert.DoesNotContain("SORT", plan["queryPlanner"]["winningPlan"].ToJson(), StringComparison.Ordinal);
    }

    public static async Task<BsonDocument> StatsAsync(this WatchedMongoStore watched, BsonDocument command) =>
        (await watched.PlanAsync(command))["executionStats"].AsBsonDocument;

    public static Task<BsonDocument> PlanAsync(this WatchedMongoStore watched, BsonDocument command)
    {
        var query = new BsonDocument(command.Elements.Where(e => e.Name is not ("lsid" or "$db" or "readConcern" or "$readPreference" or "$clusterTime" or "txnNumber")));
        return watched.Database.RunCommandAsync<BsonDocument>(
            new BsonDocument { { "explain", query }, { "verbosity", "executionStats" } }, cancellationToken: TestContext.Current.CancellationToken);
    }
}
