using System.Collections.Concurrent;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql;
using StrokeCare.Tests.Accounts;

namespace StrokeCare.Tests.Sql;

/// <summary>The writes of accounts, sessions and intents, each as its operation does them, with an outage at each of their places.</summary>
public sealed class AccountFailpointTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_123);

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_account_passes_its_failpoints(string engine)
    {
        var passed = Listen();
        await using var test = await SqlTestStore.NewAsync(engine);

        await new AccountLife(test.Store).LiveAsync();

        Assert.Empty(SqlFailpoints.OfAccounts.Except(passed.Keys));
        Assert.Empty(passed.Keys.Except([.. SqlFailpoints.All, .. SqlFailpoints.OfAccounts]));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_self_registration_passes_its_failpoints_whether_it_succeeds_or_is_given_up(string engine)
    {
        var passed = Listen();
        await using var test = await SqlTestStore.NewAsync(engine);

        await new Registration(test.Store).SucceedAsync();
        Assert.Empty(SqlFailpoints.OfSelfRegistrations.Except(passed.Keys));
        await new Registration(test.Store).GiveUpAsync();
        Assert.Empty(SqlFailpoints.OfGivingUp.Except(passed.Keys));
        Assert.Empty(passed.Keys.Except([.. SqlFailpoints.All, .. SqlFailpoints.OfSelfRegistrations, .. SqlFailpoints.OfGivingUp]));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_outage_at_any_of_them_loses_nothing_and_does_nothing_twice(string engine)
    {
        string[] names = [.. SqlFailpoints.OfAccounts, .. SqlFailpoints.OfSelfRegistrations, .. SqlFailpoints.OfGivingUp, SqlFailpoints.WriterAfterCommit];
        var outage = new OneOutage();
        await using var test = await SqlTestStore.NewAsync(engine);
        foreach (var name in names)
        {
            outage.Arm(name);
            var (life, one, other) = (new AccountLife(test.Store), new Registration(test.Store), new Registration(test.Store));
            await life.LiveAsync();
            await one.SucceedAsync();
            await other.GiveUpAsync();

            Assert.False(outage.IsArmed);
            await life.CheckAsync();
            await one.CheckActiveAsync();
            await other.CheckGoneAsync();
        }
    }

    private static ConcurrentDictionary<string, bool> Listen()
    {
        var passed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        Failpoint.Passed = name => passed[name] = true;
        return passed;
    }

    // The first try may meet the outage; the second, as a client's retry, must find or do the work.
    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (StoreUnavailableException)
        {
            return await work();
        }
    }

    private static Task<bool> EventuallyAsync(Func<Task> work) => EventuallyAsync(async () =>
    {
        await work();
        return true;
    });

    private static async Task<int> RowsAsync(RelationalStore store, string changeId) =>
        (await store.Log.ReadAfterAsync(0, 10_000, default)).Count(row => row.ChangeId == changeId);

    private sealed class AccountLife(RelationalStore store)
    {
        private readonly Session session = SessionStoreTests.ASession();
        private readonly Change login = SqlTestStore.AnEvent("Sign-in");
        private readonly Change logout = SqlTestStore.AnEvent("Sign-out");
        private User user = null!;
        private Change update = null!;

        public async Task LiveAsync()
        {
            var account = AccountBuilder.AnAccount();
            await EventuallyAsync(() => store.Users.AddAsync(account, _ => SqlTestStore.AnEvent(), default));
            user = (await store.Users.FindByUsernameAsync(account.Username, default))!;
            // After an outage an attempt may count twice: towards the lock, never away from it.
            Assert.InRange((await EventuallyAsync(() => store.Users.CountAttemptAsync(user.Id, Now, default))).Number, 1, 2);
            await EventuallyAsync(() => store.Sessions.OpenAsync(session, login, default));
            await EventuallyAsync(() => store.Users.SignedInAsync(user.Id, Now, default));
            var renewal = new SessionRenewal(session.Id, SessionStoreTests.AHash(), 1, Now) { UsedTokenHash = session.TokenHash };
            // A caller that is told of the outage still holds the old token: what it hears next is its own business.
            await EventuallyAsync(() => store.Sessions.RenewAsync(renewal, default));
            var token = SessionStoreTests.AToken(Now, user.Id.Value);
            await EventuallyAsync(() => store.Sessions.AddResetTokenAsync(token, default));
            await EventuallyAsync(() => store.Sessions.UseResetTokenAsync(token.Hash, Now, default));
            var next = user.WithPassword("$2b$12$other", mustChange: false, Now);
            update = next.AsChange(AuditAction.PasswordReset);
            await EventuallyAsync(() => store.Users.UpdateAsync(next, FailedAttempts.Forget, update, default));
            await EventuallyAsync(() => store.Sessions.RevokeAsync(session.Id, Now, logout, default));
            Assert.Null(await store.Sessions.FindResetTokenAsync(token.Hash, Now, default));
            user = next;
        }

        public async Task CheckAsync()
        {
            Assert.Equal(user with { LastLogin = Now }, await store.Users.FindAsync(user.Id, default));
            Assert.Equal(Now, (await store.Sessions.FindAsync(session.Id, default))!.RevokedAt);
            foreach (var change in new[] { login, logout, update }) Assert.Equal(1, await RowsAsync(store, change.ChangeId));
        }
    }

    private sealed class Registration(RelationalStore store)
    {
        private readonly Patient patient = SqlTestStore.APatient();
        private readonly string intent = Change.NewId();
        private User user = AccountBuilder.AnAccount();

        public async Task SucceedAsync()
        {
            await BeginAsync();
            var change = user.Activate().AsChange(AuditAction.UserCreated, $"{intent}-user");
            Assert.True(await EventuallyAsync(() => store.Users.ActivateAsync(user.Id, intent, change, default)));
            await EventuallyAsync(() => store.Intents.CloseAsync(intent, "done", Now, default));
        }

        public async Task GiveUpAsync()
        {
            await BeginAsync();
            Assert.True(await EventuallyAsync(() => store.Patients.RefuseIdAsync(patient.Id, default)));
            await EventuallyAsync(() => store.Users.RemoveReservedAsync(intent, default));
            await EventuallyAsync(() => store.Intents.CloseAsync(intent, "given up", Now, default));
        }

        public async Task CheckActiveAsync()
        {
            Assert.Equal(user.Activate(), await store.Users.FindAsync(user.Id, default));
            Assert.Equal(1, await RowsAsync(store, $"{intent}-user"));
            Assert.Null(await store.Intents.FindAsync(intent, default));
        }

        public async Task CheckGoneAsync()
        {
            Assert.Null(await store.Users.FindByUsernameAsync(user.Username, default));
            Assert.Equal(AddPatientOutcome.IdRefused, await store.Patients.AddAsync(patient, SqlTestStore.AChange(patient), default));
            Assert.Null(await store.Intents.FindAsync(intent, default));
        }

        private async Task BeginAsync()
        {
            await EventuallyAsync(() => store.Intents.AddAsync(IntentStoreTests.AnIntent(Now) with { Id = intent, PatientId = patient.Id }, default));
            var draft = user.ReservedFor(intent);
            var (outcome, id) = await EventuallyAsync(() => store.Users.ReserveAsync(draft, default));
            Assert.Equal(AddUserOutcome.Added, outcome);
            user = draft with { Id = id };
        }
    }
}
