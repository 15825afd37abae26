using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Records as a version left them that knew no search terms. A start fills them in, whatever dies at it.</summary>
internal static class OlderRecordsRound
{
    private static readonly FilterDefinition<BsonDocument> Records = Builders<BsonDocument>.Filter.Exists("refused_at", false);

    private static readonly string[] Kept = ["patients", "medical_history"];

    // The tables of the relational store.
    private static readonly string[] Terms = ["patient_terms", "history_terms"];

    public static async Task RunAsync(CrashRound round, Strike strike)
    {
        // Long enough that somebody writes history.
        await round.Workload.RunAsync(await round.ServerAsync(), clients: 2, each: 40, Trouble.None);
        await Settling.WaitAsync(round.Stores, round.Ledger);
        await round.EndAsync(await round.ServerAsync());
        await ForgetAsync(round.Stores);
        if (await LackingAsync(round.Stores) == 0) round.Violation("no record was made to lack its terms");

        var doomed = round.StartDoomed();
        if (!await strike.HitAsync(round, doomed, () => doomed.ReadyAsync())) return;
        // An outage may have ended the start, or only have put it off.
        if (!strike.Kills) await doomed.DiesWithinAsync(TimeSpan.FromSeconds(1));
        await round.ServerAsync();
        for (var waited = 0; waited < 200 && await LackingAsync(round.Stores) > 0; waited++) await Task.Delay(50);
        if (await LackingAsync(round.Stores) is > 0 and var lacking) round.Violation($"{lacking} records lack their terms");
        await round.CheckAsync();
    }

    private static async Task ForgetAsync(ClinicStores stores)
    {
        foreach (var name in Kept)
        {
            if (stores.Pair.Mongo)
            {
                await stores.MongoDatabase.GetCollection<BsonDocument>(name).UpdateManyAsync(Records, Builders<BsonDocument>.Update.Unset("search_terms"));
                continue;
            }

            await using var connection = await StoreSnapshot.OpenAsync(stores);
            await using var command = connection.CreateCommand();
            command.CommandText = $"UPDATE {name} SET search_terms = NULL";
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Records and entries without terms and, in the relational store, terms that no search would find.</summary>
    private static async Task<long> LackingAsync(ClinicStores stores)
    {
        var lacking = 0L;
        foreach (var (name, kept) in Kept.Zip(Terms)) lacking += await LackingAsync(stores, name, kept);
        return lacking;
    }

    private static async Task<long> LackingAsync(ClinicStores stores, string name, string kept)
    {
        if (stores.Pair.Mongo)
            return await stores.MongoDatabase.GetCollection<BsonDocument>(name).CountDocumentsAsync(Records & Builders<BsonDocument>.Filter.Exists("search_terms", false));
        await using var connection = await StoreSnapshot.OpenAsync(stores);
        var terms = stores.Pair.Postgres ? "jsonb_array_length(search_terms::jsonb)" : "json_array_length(search_terms)";
        var sql = $"SELECT (SELECT count(*) FROM {name} WHERE search_terms IS NULL), (SELECT coalesce(sum({terms}), 0) FROM {name}), (SELECT count(*) FROM {kept})";
        var found = (await StoreSnapshot.RowsAsync(connection, sql, row => (Without: row.GetInt64(0), Told: row.GetInt64(1), Kept: row.GetInt64(2)))).Single();
        return found.Without + Math.Abs(found.Told - found.Kept);
    }
}
