using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;
using MongoDB.Driver;
using StrokeCare.Mongo.Accounts;
using StrokeCare.Mongo.Appointments;
using StrokeCare.Mongo.History;
using StrokeCare.Mongo.Patients;

namespace StrokeCare.Mongo.Topologies;

/// <summary>How an index is found, or not.</summary>
public enum IndexState
{
    Present,
    Missing,

    /// <summary>The same index, which another system made under its own name.</summary>
    OtherName,

    /// <summary>Under its name there is another.</summary>
    Different,

    /// <summary>Not one of ours: it is left alone.</summary>
    Foreign,
}

/// <summary>One index of a collection, declared or found; its keys as JSON.</summary>
public sealed record IndexReport(string Collection, string Name, string Keys, IndexState State);

/// <summary>The indexes that the stores declare beside their queries, against those that a database has.</summary>
internal static class DeclaredIndexes
{
    public static IReadOnlyDictionary<string, IReadOnlyList<CreateIndexModel<BsonDocument>>> Clinical { get; } =
        new Dictionary<string, IReadOnlyList<CreateIndexModel<BsonDocument>>>(StringComparer.Ordinal)
        {
            [PatientCollection.Name] = PatientIndexes.OfPatients,
            [HistoryCollection.Name] = HistoryCollection.Indexes,
            [AppointmentCollection.Name] = AppointmentCollection.Indexes,
            [NameCollection.Name] = NameCollection.Indexes,
            [UniqueKeys.Collection] = PatientIndexes.OfUniqueKeys,
        };

    public static IReadOnlyDictionary<string, IReadOnlyList<CreateIndexModel<BsonDocument>>> Accounts { get; } =
        new Dictionary<string, IReadOnlyList<CreateIndexModel<BsonDocument>>>(StringComparer.Ordinal) { [UserCollection.Name] = UserIndexes.OfUsers };

    public static IEnumerable<IndexReport> Compare(string collection, IEnumerable<CreateIndexModel<BsonDocument>> declared, IReadOnlyList<BsonDocument> found)
    {
        var rest = found.Where(index => index["name"] != "_id_").ToDictionary(index => index["name"].AsString, StringComparer.Ordinal);
        var shardKey = Sharding.Keys.GetValueOrDefault(collection);
        foreach (var index in declared.Select(Spelled))
        {
            var name = index["name"].AsString;
            if (rest.Remove(name, out var same)) yield return Report(index, IsSame(index, same) ? IndexState.Present : IndexState.Different);
            else if (rest.Values.FirstOrDefault(other => IsSame(index, other)) is { } other && rest.Remove(other["name"].AsString)) yield return Report(index, IndexState.OtherName);
            else yield return Report(index, IndexState.Missing);
        }

        foreach (var other in rest.Values.Where(other => shardKey is null || other["key"] != shardKey)) yield return Report(other, IndexState.Foreign);

        IndexReport Report(BsonDocument index, IndexState state) => new(collection, index["name"].AsString, index["key"].ToString()!, state);
    }

    /// <summary>The one that is this declared index under another name.</summary>
    public static string NameOfSame(CreateIndexModel<BsonDocument> declared, IEnumerable<BsonDocument> found) =>
        found.First(other => IsSame(Spelled(declared), other))["name"].AsString;

    /// <summary>As listIndexes would tell it.</summary>
    public static BsonDocument Spelled(CreateIndexModel<BsonDocument> model)
    {
        var rendering = new RenderArgs<BsonDocument>(BsonDocumentSerializer.Instance, BsonSerializer.SerializerRegistry);
        var index = new BsonDocument { { "name", model.Options.Name }, { "key", model.Keys.Render(rendering) } };
        if (model.Options.Unique == true) index["unique"] = true;
        if ((model.Options as CreateIndexOptions<BsonDocument>)?.PartialFilterExpression is { } part) index["partialFilterExpression"] = part.Render(rendering);
        return index;
    }

    // A server may tell 1 as 1.0, which is equal; the order of the fields counts.
    private static bool IsSame(BsonDocument one, BsonDocument other) =>
        one["key"].AsBsonDocument.Names.SequenceEqual(other["key"].AsBsonDocument.Names)
        && one["key"].AsBsonDocument.Values.SequenceEqual(other["key"].AsBsonDocument.Values)
        && one.GetValue("unique", false).ToBoolean() == other.GetValue("unique", false).ToBoolean()
        && one.GetValue("partialFilterExpression", BsonNull.Value) == other.GetValue("partialFilterExpression", BsonNull.Value);
}
