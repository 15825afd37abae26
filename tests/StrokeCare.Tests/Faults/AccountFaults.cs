using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Tests.Accounts;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Faults;

/// <summary>The writes of accounts, of the counter of their ids, and of who keeps the last admin's place.</summary>
internal static class AccountFaults
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IReadOnlyList<FaultScenario> All { get; } =
    [
        new("account added", AddedAsync),
        new("first account added", FirstAsync) { NeedsAccounts = true },
        new("account reserved", ReservedAsync),
        new("reserved account activated", ActivatedAsync),
        new("reserved account removed", RemovedAsync),
        new("account changed", ChangedAsync),
        new("attempt to sign in counted", CountedAsync),
        new("attempts forgotten", ForgottenAsync),
        new("signed in", SignedInAsync),
        new("first keeper of the admins named", FirstKeeperAsync) { NeedsAccounts = true },
        new("keeper of the admins leaves", KeeperLeavesAsync) { NeedsAccounts = true },
        new("accounts' changes cleared", ClearedAsync),
    ];

    private static Task<FaultedWork> AddedAsync(FaultStage stage) => Task.FromResult(Adding(stage, AnAccount()));

    private static async Task<FaultedWork> FirstAsync(FaultStage stage)
    {
        await stage.Collection("counters").DeleteOneAsync(new BsonDocument("_id", "users"), Ct);
        return Adding(stage, AnAccount());
    }

    private static Task<FaultedWork> ReservedAsync(FaultStage stage)
    {
        var intent = Unique("intent");
        var user = AnAccount().ReservedFor(intent);
        return Task.FromResult(new FaultedWork("Added", async () => $"{(await stage.Store.Users.ReserveAsync(user, Ct)).Outcome}", async () => await OneAsync(stage, user, 0)));
    }

    private static async Task<FaultedWork> ActivatedAsync(FaultStage stage)
    {
        var (user, intent, id) = await ReserveAsync(stage);
        var change = (user with { Id = id, Version = 1 }).AsChange(AuditAction.UserCreated);
        return new("True", async () => $"{await stage.Store.Users.ActivateAsync(id, intent, change, Ct)}", async () => Assert.True((await OneAsync(stage, user, 1))["is_active"].AsBoolean));
    }

    private static async Task<FaultedWork> RemovedAsync(FaultStage stage)
    {
        var (user, intent, _) = await ReserveAsync(stage);
        return new("done", async () =>
        {
            await stage.Store.Users.RemoveReservedAsync(intent, Ct);
            return "done";
        }, async () => Assert.Null(await stage.Store.Users.FindByUsernameAsync(user.Username, Ct)));
    }

    private static async Task<FaultedWork> ChangedAsync(FaultStage stage)
    {
        var next = (await StoredAsync(stage, AnAccount())).Next(user => user with { FirstName = "Next" });
        return Changing(stage, next);
    }

    // Who gets no answer is not let in, and tries again: that is another attempt.
    private static async Task<FaultedWork> CountedAsync(FaultStage stage)
    {
        var user = await StoredAsync(stage, AnAccount());
        return new("1", async () => (await stage.Store.Users.CountAttemptAsync(user.Id, Now, Ct)).Number.ToString(CultureInfo.InvariantCulture), async () => Assert.Equal(1, await AttemptsAsync(stage, user)))
        {
            CheckUnansweredAsync = async () => Assert.InRange(await AttemptsAsync(stage, user), 0, 1),
        };
    }

    private static async Task<FaultedWork> ForgottenAsync(FaultStage stage)
    {
        var user = await StoredAsync(stage, AnAccount());
        await stage.Store.Users.CountAttemptAsync(user.Id, Now, Ct);
        return new("done", async () =>
        {
            await stage.Store.Users.ForgetAttemptsAsync(user.Id, Ct);
            return "done";
        }, async () => Assert.Equal(0, await AttemptsAsync(stage, user)));
    }

    private static async Task<FaultedWork> SignedInAsync(FaultStage stage)
    {
        var (user, at) = (await StoredAsync(stage, AnAccount()), Now);
        return new("done", async () =>
        {
            await stage.Store.Users.SignedInAsync(user.Id, at, Ct);
            return "done";
        }, async () => Assert.Equal(at, (await stage.Store.Users.FindAsync(user.Id, Ct))!.LastLogin));
    }

    private static async Task<FaultedWork> FirstKeeperAsync(FaultStage stage)
    {
        await stage.Collection("counters").DeleteOneAsync(new BsonDocument("_id", "admins"), Ct);
        return await LeavingAsync(stage);
    }

    private static async Task<FaultedWork> KeeperLeavesAsync(FaultStage stage)
    {
        var mark = ObjectId.GenerateNewId();
        var keeper = await StoredAsync(stage, AnAccount(Role.Admin));
        var register = new BsonDocument { { "_id", "admins" }, { "keeper", keeper.Id.Value }, { "keeper_mark", mark } };
        await stage.Collection("counters").ReplaceOneAsync(new BsonDocument("_id", "admins"), register, new ReplaceOptions { IsUpsert = true }, Ct);
        await stage.Collection("users").UpdateOneAsync(new BsonDocument("_id", keeper.Id.Value), Builders<BsonDocument>.Update.Set("keeper_mark", mark), null, Ct);
        return await LeavingAsync(stage, keeper);
    }

    private static async Task<FaultedWork> LeavingAsync(FaultStage stage, User? leaving = null)
    {
        await StoredAsync(stage, AnAccount(Role.Admin));
        leaving ??= await StoredAsync(stage, AnAccount(Role.Admin));
        return Changing(stage, leaving.Next(user => user with { IsActive = false }));
    }

    private static async Task<FaultedWork> ClearedAsync(FaultStage stage) =>
        await stage.ClearingAsync(stage.Store.UserChanges, "users", (await StoredAsync(stage, AnAccount())).Id.ToString());

    private static FaultedWork Adding(FaultStage stage, User user)
    {
        var change = Change.NewId();
        return new("Added", async () => $"{(await AddAsync(stage, user, change)).Outcome}", async () => await OneAsync(stage, user, 1)) { Repeated = ["AlreadyAdded"] };
    }

    private static FaultedWork Changing(FaultStage stage, User next)
    {
        var change = next.AsChange();
        return new("Updated", async () => $"{await stage.Store.Users.UpdateAsync(next, FailedAttempts.Keep, change, Ct)}", async () =>
        {
            var stored = await OneAsync(stage, next, next.Version);
            Assert.Equal((next.FirstName, next.IsActive), (stored.GetValue("first_name", BsonNull.Value) as BsonString is { } name ? name.Value : null, stored["is_active"].AsBoolean));
            Assert.True(next.Role != Role.Admin || await stage.Store.Users.ListAsync(new() { Role = Role.Admin, IsActive = true, Limit = 1 }, Ct) is [_]);
        })
        {
            Repeated = ["Stale"],
        };
    }

    private static Task<(AddUserOutcome Outcome, UserId Id)> AddAsync(FaultStage stage, User user, string change) =>
        stage.Store.Users.AddAsync(user, id => (user with { Id = id }).AsChange(AuditAction.UserCreated, change), Ct);

    private static async Task<User> StoredAsync(FaultStage stage, User user)
    {
        var (outcome, id) = await AddAsync(stage, user, Change.NewId());
        Assert.Equal(AddUserOutcome.Added, outcome);
        return user with { Id = id };
    }

    private static async Task<(User User, string Intent, UserId Id)> ReserveAsync(FaultStage stage)
    {
        var intent = Unique("intent");
        var user = AnAccount().ReservedFor(intent);
        var (outcome, id) = await stage.Store.Users.ReserveAsync(user, Ct);
        Assert.Equal(AddUserOutcome.Added, outcome);
        return (user, intent, id);
    }

    private static async Task<BsonDocument> OneAsync(FaultStage stage, User user, long version)
    {
        var stored = await stage.Collection("users").Find(new BsonDocument("username", user.Username)).SingleAsync(Ct);
        Assert.Equal(version, stored["version"].ToInt64());
        return stored;
    }

    private static async Task<int> AttemptsAsync(FaultStage stage, User user) =>
        (await stage.Collection("users").Find(new BsonDocument("_id", user.Id.Value)).SingleAsync(Ct)).GetValue("failed_attempts", 0).ToInt32();
}
