using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Tests.Sql;

namespace StrokeCare.Tests.Accounts;

/// <summary>What guessing at passwords meets: each guess is counted before it is looked at, and none tells more than another.</summary>
public sealed class GuessingTests
{
    private const string Right = "the right one of them all";

    [Fact]
    public async Task Of_two_hundred_parallel_guesses_five_are_looked_at()
    {
        await using var accounts = await Accounts.OpenAsync();
        var hits = Listen();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => accounts.SignInAsync("grace", $"guess number {i}")));

        Assert.Equal(SignInAttempt.Most, hits.GetValueOrDefault("sign_in.verify"));
        Assert.All(answers, answer => Assert.Contains(answer.Error, new[] { SignInHandler.Wrong, PasswordDesk.Busy }));
        var grace = (await accounts.Store.Users.FindByUsernameAsync("grace", default))!;
        Assert.Equal(SignInAttempt.Most, grace.FailedAttempts);
        Assert.NotNull(grace.LockedUntil);
        Assert.Equal(SignInAttempt.Most, (await accounts.EventsAsync("login")).Count(row => row.Status == "failure"));
        Assert.NotEmpty(await accounts.EventsAsync("login_locked"));
    }

    [Fact]
    public async Task A_locked_account_opens_again_after_a_quarter_of_an_hour_and_not_before()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var accounts = await Accounts.OpenAsync(clock);
        for (var i = 0; i < SignInAttempt.Most; i++) Assert.Equal(SignInHandler.Wrong, (await accounts.SignInAsync("grace", "wrong")).Error);
        Assert.Equal(SignInHandler.Wrong, (await accounts.SignInAsync("grace", Right)).Error);

        clock.Advance(SignInAttempt.LockedFor - TimeSpan.FromSeconds(1));
        Assert.Equal(SignInHandler.Wrong, (await accounts.SignInAsync("grace", Right)).Error);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await accounts.SignInAsync("grace", Right)).Succeeded);
        Assert.Equal(0, (await accounts.Store.Users.FindByUsernameAsync("grace", default))!.FailedAttempts);
    }

    [Fact]
    public async Task A_guess_whose_caller_hangs_up_is_looked_at_and_in_the_log()
    {
        await using var accounts = await Accounts.OpenAsync();
        using var gone = new CancellationTokenSource();
        Failpoint.Passed = name =>
        {
            if (name == "sign_in.verify") gone.Cancel();
        };

        Assert.Equal(SignInHandler.Wrong, (await accounts.SignInAsync("grace", "wrong", gone.Token)).Error);

        Assert.Single(await accounts.EventsAsync("login"), row => row.Status == "failure");
    }

    [Fact]
    public async Task A_sign_in_forgets_the_failures_before_it()
    {
        await using var accounts = await Accounts.OpenAsync();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < SignInAttempt.Most - 1; i++) await accounts.SignInAsync("grace", "wrong");
            Assert.True((await accounts.SignInAsync("grace", Right)).Succeeded);
        }
    }

    [Fact]
    public async Task Who_is_told_to_come_back_has_no_attempt_counted()
    {
        await using var accounts = await Accounts.OpenAsync();
        using var began = new SemaphoreSlim(0);
        using var gate = new SemaphoreSlim(0);
        var held = Enumerable.Range(0, accounts.Desk.Threads).Select(_ => accounts.Desk.RunAsync(
            () =>
            {
                began.Release();
                gate.Wait();
                return true;
            },
            default)).ToList();
        // Who still waits for a thread has a place as well, and would give it up in the middle of what follows.
        foreach (var _ in held) await began.WaitAsync(TimeSpan.FromSeconds(60));
        var places = new List<PasswordDesk.Place>();
        while (accounts.Desk.TakePlace() is { } place) places.Add(place);
        places[0].Dispose();

        // One place is left, and two want it.
        var first = accounts.SignInAsync("grace", "wrong");
        var second = accounts.SignInAsync("grace", "wrong");
        var answered = await Task.WhenAny(first, second);
        foreach (var place in places) place.Dispose();
        gate.Release(held.Count);
        Assert.Same(second, answered);
        Assert.Equal(PasswordDesk.Busy, (await second).Error);
        Assert.All(await Task.WhenAll(held), run => Assert.True(run.Value));
        Assert.Equal(SignInHandler.Wrong, (await first).Error);
        Assert.Equal(1, (await accounts.Store.Users.FindByUsernameAsync("grace", default))!.FailedAttempts);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("grace")]
    [InlineData("locked")]
    [InlineData("inactive")]
    public async Task Whatever_is_wrong_costs_one_bcrypt_and_answers_the_same(string name)
    {
        await using var accounts = await Accounts.OpenAsync();
        var hits = Listen();
        Assert.Equal(SignInHandler.Wrong, (await accounts.SignInAsync(name, name == "grace" ? "wrong" : Right)).Error);
        Assert.Equal(1, hits.Values.Sum());
    }

    private static ConcurrentDictionary<string, int> Listen()
    {
        var hits = new ConcurrentDictionary<string, int>();
        Failpoint.Passed = name =>
        {
            if (name.StartsWith("sign_in.", StringComparison.Ordinal)) hits.AddOrUpdate(name, 1, (_, count) => count + 1);
        };
        return hits;
    }

    /// <summary>A store with an account that opens, one that is locked, and one that is inactive.</summary>
    private sealed class Accounts(SqlTestStore test, PasswordDesk desk, TimeProvider time) : IAsyncDisposable
    {
        private readonly SignInHandler handler = new(test.Store.Users, test.Store.Sessions, test.Store.Log, desk, time);

        public StrokeCare.Sql.RelationalStore Store => test.Store;

        public PasswordDesk Desk => desk;

        public static async Task<Accounts> OpenAsync(TimeProvider? clock = null)
        {
            var time = clock ?? TimeProvider.System;
            // Its own time is real: it measures work.
            var accounts = new Accounts(await SqlTestStore.NewAsync("sqlite"), new PasswordDesk(TimeProvider.System), time);
            var hash = Passwords.Hash(Right);
            await accounts.AddAsync("grace", hash, true);
            await accounts.AddAsync("inactive", hash, false);
            var locked = await accounts.AddAsync("locked", hash, true);
            for (var i = 0; i < SignInAttempt.Most; i++) await accounts.Store.Users.CountAttemptAsync(locked, time.GetUtcNow(), default);
            return accounts;
        }

        public Task<Result<SignedIn>> SignInAsync(string name, string password, CancellationToken ct = default) =>
            handler.HandleAsync(new() { Username = name, Password = password }, Origin.Local, ct);

        public Task<IReadOnlyList<LogRow>> EventsAsync(string type) => Store.Log.FindAsync(new() { EventType = type, Limit = 100 }, default);

        public async ValueTask DisposeAsync()
        {
            desk.Dispose();
            await test.DisposeAsync();
        }

        private async Task<UserId> AddAsync(string name, string hash, bool active)
        {
            var now = time.GetUtcNow();
            var user = new User { Id = default, Username = name, Email = $"{name}@x.test", PasswordHash = hash, Role = Role.Doctor, IsActive = active, CreatedAt = now, PasswordChangedAt = now };
            var (_, id) = await Store.Users.AddAsync(user, _ => SqlTestStore.AnEvent(), default);
            return id;
        }
    }
}
