using MongoDB.Bson;
using StrokeCare.Mongo.Topologies;

namespace StrokeCare.Tests.Mongo;

/// <summary>What a server's hello says of the servers behind it, and which of them deserve a warning.</summary>
public sealed class MongoTopologyTests
{
    [Fact]
    public void Three_members_that_keep_data_and_a_cluster_raise_no_warning()
    {
        var set = MongoTopology.Of(new() { { "setName", "rs0" }, { "hosts", new BsonArray { "a:1", "b:1" } }, { "passives", new BsonArray { "c:1" } } });
        var cluster = MongoTopology.Of(new("msg", "isdbgrid"));

        Assert.Equal((TopologyKind.ReplicaSet, "rs0", 3), (set.Kind, set.SetName, set.Members.Count));
        Assert.Equal(TopologyKind.Sharded, cluster.Kind);
        Assert.Empty(set.Warnings().Concat(cluster.Warnings()));
    }

    [Fact]
    public void An_arbiter_is_warned_of_however_many_members_there_are()
    {
        var set = MongoTopology.Of(new() { { "setName", "rs0" }, { "hosts", new BsonArray { "a:1", "b:1", "c:1" } }, { "arbiters", new BsonArray { "d:1" } } });

        var warning = Assert.Single(set.Warnings());

        Assert.Contains("arbiter (d:1)", warning, StringComparison.Ordinal);
        Assert.Contains("writes stop", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "one data-bearing member")]
    [InlineData(2, "two data-bearing members")]
    public void A_set_that_cannot_lose_a_member_is_warned_of(int members, string told)
    {
        var set = MongoTopology.Of(new() { { "setName", "rs0" }, { "hosts", new BsonArray(Enumerable.Range(0, members).Select(i => $"h{i}:1")) } });

        Assert.Contains(told, Assert.Single(set.Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_by_itself_is_warned_of()
    {
        var alone = MongoTopology.Of(new("isWritablePrimary", true));

        Assert.Equal(TopologyKind.Standalone, alone.Kind);
        Assert.Contains("one disk only", Assert.Single(alone.Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_collection_that_is_sharded_by_another_key_or_must_not_be_sharded_is_refused()
    {
        var sharded = new Dictionary<string, ShardedCollection>
        {
            ["patients"] = new(new("key", new BsonDocument("assigned_doctor_id", 1))),
            ["medical_history"] = new(new("key", new BsonDocument("patient_id", "hashed"))),
            ["appointments"] = new(new("key", new BsonDocument("doctor_id", "hashed"))),
        };

        var faults = Sharding.Faults(sharded).ToList();

        Assert.Equal(2, faults.Count);
        Assert.Contains("reshardCollection", faults[0], StringComparison.Ordinal);
        Assert.Contains("appointments is sharded by", faults[1], StringComparison.Ordinal);
    }
}
