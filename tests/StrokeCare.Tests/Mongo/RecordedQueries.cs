using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;
using StrokeCare.Mongo.Topologies;

namespace StrokeCare.Tests.Mongo;

/// <summary>
/// Every filter and order that a store sends while the contract runs, held against the indexes it declares: the plan tests
/// ask an engine, this asks the declarations, so that a query that is fast on few documents is found all the same.
/// </summary>
internal sealed class RecordedQueries
{
    // By what they begin with: sorted in memory, since what is sorted is little by its nature.
    private static readonly string[] SortedInMemory =
    [
        // The entries of one patient in which the words are.
        "medical_history: equal (patient_id, search_terms)", "medical_history: equal (patient_id) range (search_terms)",
    ];

    private static readonly Dictionary<string, BsonDocument[]> Indexes = DeclaredIndexes.Clinical.Concat(DeclaredIndexes.Accounts)
        .ToDictionary(one => one.Key, one => one.Value.Select(DeclaredIndexes.Spelled).ToArray(), StringComparer.Ordinal);

    private static readonly BsonDocument OfIds = new() { { "name", "_id_" }, { "key", new BsonDocument("_id", 1) } };

    private readonly ConcurrentDictionary<string, QueryShape> shapes = new(StringComparer.Ordinal);

    public MongoClientSettings Watching(MongoClientSettings settings)
    {
        settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(sent =>
        {
            if (sent.DatabaseNamespace.DatabaseName is "admin" or "config") return;
            foreach (var shape in QueryShape.Of(sent.Command)) shapes.TryAdd(shape.ToString(), shape);
        });
        return settings;
    }

    public void AssertServed()
    {
        Assert.NotEmpty(shapes);
        Assert.Empty(shapes.Values.Where(shape => !IsServed(shape)).Select(shape => shape.ToString()));
    }

    public static bool IsServed(QueryShape shape)
    {
        var indexes = Indexes.GetValueOrDefault(shape.Collection, []).Append(OfIds);
        if (shape.Hint is not null) indexes = indexes.Where(index => index["name"] == shape.Hint);
        return indexes.Any(shape.IsServedBy) || SortedInMemory.Any(known => shape.ToString().StartsWith(known, StringComparison.Ordinal));
    }
}
