using StrokeCare.Accounts;
using static StrokeCare.Tests.Accounts.AccountBuilder;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Accounts;

/// <summary>How attempts to sign in are counted: atomically, without a version, and never past the one that locks.</summary>
public abstract class UserAttemptsContract<TFixture>(TFixture fixture) : UserContract<TFixture>(fixture)
    where TFixture : UserStoreFixture
{
    [Fact]
    public async Task Counts_to_the_attempt_that_locks_and_then_nothing()
    {
        var (user, now) = (await AddedAsync(AnAccount()), Now);

        for (var n = 1; n <= SignInAttempt.Most; n++)
        {
            Assert.Equal(n, (await Users.CountAttemptAsync(user.Id, now, Ct)).Number);
            var stored = await StoredAsync(user.Id);
            Assert.Equal((n, n == SignInAttempt.Most ? now + SignInAttempt.LockedFor : null), (stored.FailedAttempts, stored.LockedUntil));
        }

        Assert.True((await Users.CountAttemptAsync(user.Id, now.AddMinutes(1), Ct)).IsLocked);
        Assert.Equal((SignInAttempt.Most, now + SignInAttempt.LockedFor), await StoredAsync(user.Id) is var locked ? (locked.FailedAttempts, locked.LockedUntil) : default);
    }

    [Fact]
    public async Task Two_hundred_attempts_at_once_get_the_numbers_to_five_once_each()
    {
        var (user, now) = (await AddedAsync(AnAccount()), Now);

        var attempts = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Users.CountAttemptAsync(user.Id, now, Ct)));

        Assert.Equal([1, 2, 3, 4, 5], attempts.Select(a => a.Number).Where(n => n != 0).Order());
        Assert.Equal(now + SignInAttempt.LockedFor, (await StoredAsync(user.Id)).LockedUntil);
    }

    [Fact]
    public async Task Forgets_what_was_counted_and_leaves_the_last_sign_in_and_the_version_alone()
    {
        var (user, now) = (await AddedAsync(AnAccount()), Now);
        await Users.SignedInAsync(user.Id, now, Ct);
        await LockAsync(user.Id, now);

        await Users.ForgetAttemptsAsync(user.Id, Ct);

        Assert.Equal(user with { LastLogin = now }, await StoredAsync(user.Id));
        Assert.Equal(1, (await Users.CountAttemptAsync(user.Id, now, Ct)).Number);
    }

    [Fact]
    public async Task A_lock_ends_by_time_and_then_a_new_count_begins()
    {
        var (user, now) = (await AddedAsync(AnAccount()), Now);
        await LockAsync(user.Id, now);
        var end = now + SignInAttempt.LockedFor;

        Assert.Equal(0, (await Users.CountAttemptAsync(user.Id, end.AddMilliseconds(-1), Ct)).Number);
        Assert.Equal(1, (await Users.CountAttemptAsync(user.Id, end, Ct)).Number);

        var stored = await StoredAsync(user.Id);
        Assert.Equal((1, null), (stored.FailedAttempts, stored.LockedUntil));
        for (var n = 2; n <= SignInAttempt.Most; n++) Assert.Equal(n, (await Users.CountAttemptAsync(user.Id, end, Ct)).Number);
        Assert.Equal(end + SignInAttempt.LockedFor, (await StoredAsync(user.Id)).LockedUntil);
    }

    [Fact]
    public async Task Fifty_attempts_when_a_lock_ends_share_one_new_count()
    {
        var (user, now) = (await AddedAsync(AnAccount()), Now);
        await LockAsync(user.Id, now);

        var attempts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Users.CountAttemptAsync(user.Id, now + SignInAttempt.LockedFor, Ct)));

        Assert.Equal([1, 2, 3, 4, 5], attempts.Select(a => a.Number).Where(n => n != 0).Order());
    }

    [Fact]
    public async Task A_sign_in_forgets_the_attempts_and_the_lock()
    {
        var (user, now) = (await AddedAsync(AnAccount()), Now);
        await LockAsync(user.Id, now);

        await Users.SignedInAsync(user.Id, now, Ct);

        Assert.Equal(user with { LastLogin = now }, await StoredAsync(user.Id));
        Assert.Equal(1, (await Users.CountAttemptAsync(user.Id, now, Ct)).Number);
    }

    [Fact]
    public async Task An_update_keeps_a_lock_or_lifts_it_as_told()
    {
        var (user, now) = (await AddedAsync(AnAccount()), Now);
        await LockAsync(user.Id, now);

        var second = user.Next(u => u with { FirstName = "Kept" });
        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(second));
        Assert.Equal(second with { FailedAttempts = SignInAttempt.Most, LockedUntil = now + SignInAttempt.LockedFor }, await StoredAsync(user.Id));

        var third = second.Next(u => u with { FirstName = "Lifted" });
        Assert.Equal(UpdateUserOutcome.Updated, await UpdateAsync(third, FailedAttempts.Forget));
        Assert.Equal(third, await StoredAsync(user.Id));
        Assert.Equal(1, (await Users.CountAttemptAsync(user.Id, now, Ct)).Number);
    }

    [Fact]
    public async Task Attempts_and_sign_ins_make_no_version_and_no_change()
    {
        var (user, now) = (await AddedAsync(AnAccount()), Now);

        await Users.CountAttemptAsync(user.Id, now, Ct);
        await Users.SignedInAsync(user.Id, now, Ct);

        Assert.Equal(1, (await StoredAsync(user.Id)).Version);
        Assert.Equal([1], await VersionsOfAsync(user.Id));
    }

    [Fact]
    public async Task Counts_each_account_by_itself_and_nothing_of_one_that_is_not_there()
    {
        var (one, other, now) = (await AddedAsync(AnAccount()), await AddedAsync(AnAccount()), Now);

        Assert.Equal(1, (await Users.CountAttemptAsync(one.Id, now, Ct)).Number);
        Assert.Equal(2, (await Users.CountAttemptAsync(one.Id, now, Ct)).Number);
        Assert.Equal(1, (await Users.CountAttemptAsync(other.Id, now, Ct)).Number);
        Assert.Equal(0, (await Users.CountAttemptAsync(new(int.MaxValue), now, Ct)).Number);
        await Users.SignedInAsync(new(int.MaxValue), now, Ct);
        Assert.Null(await Users.FindAsync(new(int.MaxValue), Ct));
    }

    private async Task LockAsync(UserId id, DateTimeOffset now)
    {
        for (var n = 1; n <= SignInAttempt.Most; n++) await Users.CountAttemptAsync(id, now, Ct);
    }
}
