using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>An admin leaves while nobody is named who stays, so that somebody has to be. It happens once or not at all, and the other one stays.</summary>
internal static class AdminLeavesRound
{
    public static async Task RunAsync(CrashRound round, Strike strike)
    {
        var victim = await round.ServerAsync();
        using var http = new AccountClient(victim, round.SignIns);
        var admin = await http.NewAdminAsync(round.Workload.NextName());
        await round.Stores.MongoDatabase.GetCollection<BsonDocument>("counters").DeleteOneAsync(new BsonDocument("_id", "admins"));

        var answer = default(Answer);
        if (!await strike.HitAsync(round, victim, async () => answer = await http.LeavesAsync(admin))) return;
        strike.Judge(round, $"admin {admin} leaves", answer);
        var server = await round.RestartAsync();
        await Settling.WaitAsync(round.Stores, round.Ledger);
        if (!await HasLeftAsync(round, admin))
        {
            if (answer.Succeeded) round.Violation($"admin {admin} has left by {answer}, and nothing happened");
            using var again = new AccountClient(server, round.SignIns);
            answer = await again.LeavesAsync(admin);
            if (answer.Status != 200 || !await HasLeftAsync(round, admin)) round.Violation($"admin {admin} leaves at last: {answer}");
        }

        await round.CheckAccountsAsync();
    }

    private static async Task<bool> HasLeftAsync(CrashRound round, string id)
    {
        var accounts = (await StoreSnapshot.ReadAsync(round.Stores)).Accounts;
        if (!accounts.Single(account => account.Name == SignIns.Admin).Active) round.Violation("the admin who stays does not");
        var admin = accounts.Single(account => account.Id == id);
        if (admin.Version != (admin.Active ? 1 : 2)) round.Violation($"admin {id} {(admin.Active ? "stayed" : "left")} at version {admin.Version}");
        return !admin.Active;
    }
}
