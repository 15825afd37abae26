using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Tests.Accounts;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>What stands in <c>users</c> and <c>counters</c>, and what others wrote there survives.</summary>
public sealed class MongoUserDocumentTests(WatchedMongoStore watched) : IClassFixture<WatchedMongoStore>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Users => watched.Database.GetCollection<BsonDocument>("users");

    private IMongoCollection<BsonDocument> Counters => watched.Database.GetCollection<BsonDocument>("counters");

    [Fact]
    public async Task Writes_an_account_with_its_pending_change_under_a_whole_number()
    {
        var user = await AddedAsync(AFullAccount());

        var stored = await DocumentAsync(user.Id);

        Assert.Equal(BsonType.Int32, stored["_id"].BsonType);
        Assert.Equal(user.Username, stored["username"]);
        Assert.Equal(User.Normalize(user.Username), stored["normalized_username"]);
        Assert.Equal(User.Normalize(user.Email), stored["normalized_email"]);
        Assert.Equal("doctor", stored["role"]);
        Assert.Equal((BsonType.Boolean, BsonType.Boolean, BsonType.Boolean), (stored["is_active"].BsonType, stored["must_change_password"].BsonType, stored["is_reserved"].BsonType));
        Assert.Equal((BsonType.DateTime, BsonType.DateTime), (stored["created_at"].BsonType, stored["password_changed_at"].BsonType));
        Assert.Equal((3, 0, 1L), (stored["epoch"].AsInt32, stored["failed_attempts"].AsInt32, stored["version"].AsInt64));
        Assert.Equal("user", Assert.Single(stored["pending"].AsBsonArray)["entity_type"]);
        Assert.True(stored.Contains("pending_since"));
        Assert.DoesNotContain(["last_login", "locked_until", "reserved_by", "registered_by"], stored.Contains);
    }

    [Fact]
    public async Task A_reserved_account_has_no_change_until_it_is_real()
    {
        var store = await watched.StoreAsync();
        var draft = AnAccount().ReservedFor(Change.NewId());
        var (_, id) = await store.Users.ReserveAsync(draft, Ct);

        var reserved = await DocumentAsync(id);
        Assert.Equal((draft.ReservedBy, 0L, true), (reserved["reserved_by"].AsString, reserved["version"].AsInt64, reserved["is_reserved"].AsBoolean));
        Assert.DoesNotContain(["pending", "pending_since", "registered_by"], reserved.Contains);

        var active = (draft with { Id = id }).Activate();
        Assert.True(await store.Users.ActivateAsync(id, draft.ReservedBy!, active.AsChange(AuditAction.UserCreated, $"{draft.ReservedBy}-user"), Ct));

        var real = await DocumentAsync(id);
        Assert.Equal((draft.ReservedBy, 1L, false), (real["registered_by"].AsString, real["version"].AsInt64, real["is_reserved"].AsBoolean));
        Assert.Equal($"{draft.ReservedBy}-user", Assert.Single(real["pending"].AsBsonArray)["change_id"]);
        Assert.False(real.Contains("reserved_by"));
    }

    [Fact]
    public async Task Leaves_fields_alone_that_it_does_not_know()
    {
        var store = await watched.StoreAsync();
        var user = await AddedAsync(AnAccount());
        var kept = new BsonDocument("kept", new BsonArray { 1, "two" });
        await Users.UpdateOneAsync(Is(user.Id), Builders<BsonDocument>.Update.Set("from_elsewhere", kept));

        var next = user.Next(u => u with { FirstName = "Next" });
        Assert.Equal(UpdateUserOutcome.Updated, await store.Users.UpdateAsync(next, FailedAttempts.Forget, next.AsChange(), Ct));
        await store.Users.CountAttemptAsync(user.Id, Now, Ct);
        await store.Users.SignedInAsync(user.Id, Now, Ct);

        Assert.Equal(kept, (await DocumentAsync(user.Id))["from_elsewhere"]);
    }

    [Fact]
    public async Task Attempts_and_sign_ins_leave_the_trace_of_the_last_write_alone()
    {
        var store = await watched.StoreAsync();
        var user = await AddedAsync(AnAccount());
        var before = await DocumentAsync(user.Id);

        await store.Users.CountAttemptAsync(user.Id, Now, Ct);
        await store.Users.SignedInAsync(user.Id, Now, Ct);

        var after = await DocumentAsync(user.Id);
        foreach (var name in new[] { "last_write", "version", "pending", "pending_since" }) Assert.Equal(before[name], after[name]);
    }

    [Fact]
    public async Task Leaves_no_trace_of_a_change_that_is_in_the_log()
    {
        var store = await watched.StoreAsync();
        var user = await AddedAsync(AnAccount());
        await ClearAllAsync();

        var stored = await DocumentAsync(user.Id);
        Assert.DoesNotContain(["pending", "pending_since"], stored.Contains);
        Assert.Equal((1L, 0), (stored["version"].AsInt64, (int)(await store.UserChanges.PendingStateAsync(Ct)).Count));
    }

    [Fact]
    public async Task Clears_only_what_is_about_accounts()
    {
        var store = await watched.StoreAsync();
        var user = await AddedAsync(AnAccount());
        var other = user.AsChange() with { EntityType = EntityType.Patient };
        var pending = (await store.UserChanges.PendingAsync(1000, Ct)).Where(c => c.EntityId == user.Id.ToString()).ToList();

        await store.UserChanges.ClearAsync([other with { ChangeId = pending[0].ChangeId }, user.AsChange() with { EntityId = "not a number" }], Ct);

        Assert.Contains(await store.UserChanges.PendingAsync(1000, Ct), c => c.ChangeId == pending[0].ChangeId);
    }

    [Fact]
    public async Task Takes_no_more_changes_when_fifty_wait_and_still_counts_attempts()
    {
        var store = await watched.StoreAsync();
        var user = await AddedAsync(AnAccount());
        for (var i = 1; i < 50; i++)
        {
            user = user.Next(u => u with { FirstName = $"N{u.Version}" });
            Assert.Equal(UpdateUserOutcome.Updated, await store.Users.UpdateAsync(user, FailedAttempts.Keep, user.AsChange(), Ct));
        }

        var next = user.Next(u => u with { FirstName = "One too many" });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), Ct));
        Assert.Equal(1, (await store.Users.CountAttemptAsync(user.Id, Now, Ct)).Number);

        await ClearAllAsync();
        Assert.Equal(UpdateUserOutcome.Updated, await store.Users.UpdateAsync(next, FailedAttempts.Keep, next.AsChange(), Ct));
    }

    [Fact]
    public async Task The_counter_holds_the_next_id_and_is_made_again_above_the_highest()
    {
        var last = await AddedAsync(AnAccount());
        Assert.Equal(last.Id.Value + 1, (await Counters.Find(Builders<BsonDocument>.Filter.Eq("_id", "users")).SingleAsync(Ct))["next"]);

        await Counters.DeleteOneAsync(Builders<BsonDocument>.Filter.Eq("_id", "users"), Ct);
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AddedAsync(AnAccount())));

        Assert.Equal(20, added.Select(u => u.Id).Distinct().Count());
        Assert.All(added, u => Assert.True(u.Id.Value > last.Id.Value));
    }

    [Fact]
    public async Task A_counter_that_fell_behind_gives_no_account_the_id_of_another()
    {
        var there = await AddedAsync(AnAccount());
        await Counters.UpdateOneAsync(Builders<BsonDocument>.Filter.Eq("_id", "users"), Builders<BsonDocument>.Update.Set("next", there.Id.Value), null, Ct);

        var added = await AddedAsync(AnAccount());

        Assert.True(added.Id.Value > there.Id.Value);
        Assert.Equal(there.Username, (await DocumentAsync(there.Id))["username"]);
    }

    private static FilterDefinition<BsonDocument> Is(UserId id) => Builders<BsonDocument>.Filter.Eq("_id", id.Value);

    private Task<BsonDocument> DocumentAsync(UserId id) => Users.Find(Is(id)).SingleAsync(Ct);

    private async Task<User> AddedAsync(User user)
    {
        var store = await watched.StoreAsync();
        var (outcome, id) = await store.Users.AddAsync(user, id => (user with { Id = id }).AsChange(AuditAction.UserCreated), Ct);
        Assert.Equal(AddUserOutcome.Added, outcome);
        return user with { Id = id };
    }

    private async Task ClearAllAsync()
    {
        var store = await watched.StoreAsync();
        while (await store.UserChanges.PendingAsync(100, Ct) is { Count: > 0 } pending) await store.UserChanges.ClearAsync(pending, Ct);
    }
}
