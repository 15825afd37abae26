using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Audit;
using StrokeCare.Bench.ByHand;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Sql;

namespace StrokeCare.Bench.Contests;

/// <summary>The clinical records on MongoDB, the log on SQLite.</summary>
internal sealed class MongoContest(MongoStore store, RelationalStore relational, ChangeSignal changed, (MongoByHand Theirs, MongoByHand OnOurs) byHand, string version) : IContest
{
    /// <summary>Made anew with each write, or the time of it: not part of what is compared.</summary>
    private static readonly string[] OfTheMoment = ["last_write", "pending_since", "pending.write"];

    public string Engine => "mongodb";

    public string Describes =>
        $"{version}, log on SQLite, `w: majority, j: true`. By default this is **not MongoDB's server** but DocumentDB on PostgreSQL 18 behind the test gateway, both on the same two cores: only the ratios carry over.";

    public string ByHandDescribes =>
        "the bare MongoDB.Driver writing the same documents (made by the same mapping, within the time) under the same write concern, `pending` array included. " +
        "The patients carry no MRN, so that neither side claims anything; one line says what a claim costs.";

    public Aims Aims => Aims.Mongo;

    public ISide Ours { get; } = new OurSide(store.Patients);

    public ISide ByHand => byHand.Theirs;

    public ISide ByHandOnOurs => byHand.OnOurs;

    public ISecurityLog Log => relational.Log;

    public IChangeSource Source => store.Changes;

    public ChangeSignal Changed => changed;

    public static async Task<IContest> OpenAsync(string uri, string folder, TimeProvider time, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var raised = new ChangeSignal();
        var log = await RelationalContest.OpenMigratedAsync($"sqlite:///{Path.Combine(folder, "log.db")}", raised, time, ct);
        var suffix = System.Security.Cryptography.RandomNumberGenerator.GetHexString(8, lowercase: true);
        var (ours, theirs) = ($"bench_ours_{suffix}", $"bench_byhand_{suffix}");
        await using (var indexed = await MongoStore.OpenAsync(uri, theirs, raised, time, NullLoggerFactory.Instance, ct)) await indexed.EnsureIndexesAsync(ct);
        var opened = await MongoStore.OpenAsync(uri, ours, raised, time, NullLoggerFactory.Instance, ct);
        await opened.EnsureIndexesAsync(ct);
        var drivers = (Theirs: new MongoByHand(uri, theirs, time), OnOurs: new MongoByHand(uri, ours, time));
        var build = await drivers.Theirs.Database.RunCommandAsync<BsonDocument>(new BsonDocument("buildInfo", 1), cancellationToken: ct);
        return new MongoContest(opened, log, raised, drivers, $"A server that answers as MongoDB {build["version"]}");
    }

    public async Task<(IReadOnlyDictionary<string, string> Ours, IReadOnlyDictionary<string, string> ByHand)> StoredAsync(string patientId, CancellationToken ct)
    {
        return (await ReadAsync(byHand.OnOurs.Database), await ReadAsync(byHand.Theirs.Database));

        async Task<IReadOnlyDictionary<string, string>> ReadAsync(IMongoDatabase database)
        {
            var found = await database.GetCollection<BsonDocument>("patients").Find(new BsonDocument("_id", ObjectId.Parse(patientId))).FirstAsync(ct);
            var change = found["pending"].AsBsonArray[0].AsBsonDocument;
            return found.Elements.Where(e => e.Name != "pending").Concat(change.Elements.Select(e => new BsonElement($"pending.{e.Name}", e.Value)))
                .Where(e => !OfTheMoment.Contains(e.Name)).ToDictionary(e => e.Name, e => e.Value.ToJson(), StringComparer.Ordinal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var side in new[] { byHand.Theirs, byHand.OnOurs })
        {
            await side.Database.Client.DropDatabaseAsync(side.Database.DatabaseNamespace.DatabaseName);
            side.Dispose();
        }

        await store.DisposeAsync();
        await relational.DisposeAsync();
        changed.Dispose();
    }
}
