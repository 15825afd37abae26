using System.Security.Cryptography;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Sql;

public sealed class SessionStoreTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_123);

    public static TheoryData<string> Engines => SqlTestStore.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_session_reads_back_as_it_was_opened_and_its_login_is_in_the_log_once(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var (session, login) = (ASession() with { IpAddress = "2001:db8::1", UserAgent = "tests (😀)" }, SqlTestStore.AnEvent("Sign-in"));

        await test.Store.Sessions.OpenAsync(session, login, default);
        await test.Store.Sessions.OpenAsync(session with { Epoch = 9 }, login, default);

        Assert.Equivalent(session, await test.Store.Sessions.FindAsync(session.Id, default), strict: true);
        Assert.Equivalent(session, await test.Store.Sessions.FindByFamilyAsync(session.FamilyHash, default), strict: true);
        Assert.Null(await test.Store.Sessions.FindAsync("nothing", default));
        Assert.Null(await test.Store.Sessions.FindByFamilyAsync(session.TokenHash, default));
        Assert.Equal(login.ChangeId, Assert.Single(await test.Store.Log.ReadAfterAsync(0, 10, default)).ChangeId);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_fifty_who_renew_with_one_token_one_succeeds(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        await using var other = await test.AnotherAsync();
        var session = await OpenedAsync(test, ASession());

        var renewals = Enumerable.Range(0, 50).Select(_ => new SessionRenewal(session.Id, AHash(), 2, Now.AddMinutes(5)) { UsedTokenHash = session.TokenHash }).ToList();
        var renewed = await Task.WhenAll(renewals.Select((renewal, i) => Task.Run(() => (i % 2 == 0 ? test : other).Store.Sessions.RenewAsync(renewal, default))));

        var winner = Assert.Single(renewals.Zip(renewed), r => r.Second).First;
        var stored = await test.Store.Sessions.FindAsync(session.Id, default);
        Assert.Equivalent(session with { TokenHash = winner.NextTokenHash, Epoch = 2, LastUsedAt = Now.AddMinutes(5) }, stored, strict: true);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_renewal_without_a_used_token_may_begin_a_new_family_and_none_revives_what_is_revoked(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var session = await OpenedAsync(test, ASession());
        var renewal = new SessionRenewal(session.Id, AHash(), 1, Now) { NextFamilyHash = AHash() };

        Assert.True(await test.Store.Sessions.RenewAsync(renewal, default));
        Assert.Null(await test.Store.Sessions.FindByFamilyAsync(session.FamilyHash, default));
        Assert.Equal(renewal.NextTokenHash, (await test.Store.Sessions.FindByFamilyAsync(renewal.NextFamilyHash, default))!.TokenHash);
        Assert.False(await test.Store.Sessions.RenewAsync(renewal with { UsedTokenHash = session.TokenHash }, default));

        await test.Store.Sessions.RevokeAsync(session.Id, Now, SqlTestStore.AnEvent(), default);
        Assert.False(await test.Store.Sessions.RenewAsync(renewal, default));
        Assert.False(await test.Store.Sessions.RenewAsync(renewal with { UsedTokenHash = renewal.NextTokenHash }, default));
        Assert.False(await test.Store.Sessions.RenewAsync(renewal with { SessionId = "nothing" }, default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Fifty_revoke_it_once_and_the_log_has_one_row(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var session = await OpenedAsync(test, ASession());

        var revoked = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => test.Store.Sessions.RevokeAsync(session.Id, Now, SqlTestStore.AnEvent("Revoked"), default)));

        Assert.Single(revoked, r => r);
        Assert.False(await test.Store.Sessions.RevokeAsync("nothing", Now, SqlTestStore.AnEvent("Revoked"), default));
        Assert.Equal(Now, (await test.Store.Sessions.FindAsync(session.Id, default))!.RevokedAt);
        Assert.Single(await test.Store.Log.ReadAfterAsync(0, 100, default), row => row.EventDescription == "Revoked");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Revokes_all_of_a_user_but_one_with_or_without_a_row(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var mine = new List<Session>();
        for (var i = 0; i < 4; i++) mine.Add(await OpenedAsync(test, ASession()));
        var others = await OpenedAsync(test, ASession(user: 8));

        Assert.Equal(3, await test.Store.Sessions.RevokeAllAsync(new(7), mine[1].Id, Now, SqlTestStore.AnEvent("All"), default));
        Assert.Equal([mine[1].Id], (await test.Store.Sessions.OpenOfAsync(new(7), Now, default)).Select(s => s.Id));
        Assert.Equal(1, await test.Store.Sessions.RevokeAllAsync(new(7), null, Now, null, default));
        Assert.Equal(0, await test.Store.Sessions.RevokeAllAsync(new(7), null, Now, null, default));

        Assert.Null((await test.Store.Sessions.FindAsync(others.Id, default))!.RevokedAt);
        Assert.Single(await test.Store.Log.ReadAfterAsync(0, 100, default), row => row.EventDescription == "All");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Lists_what_is_open_newest_first(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var older = await OpenedAsync(test, ASession() with { CreatedAt = Now.AddMinutes(-10) });
        var newer = await OpenedAsync(test, ASession());
        await OpenedAsync(test, ASession(user: 8));
        await OpenedAsync(test, ASession() with { ExpiresAt = Now });
        await OpenedAsync(test, ASession() with { LastUsedAt = Now - Session.IdleLifetime });
        var revoked = await OpenedAsync(test, ASession());
        await test.Store.Sessions.RevokeAsync(revoked.Id, Now, SqlTestStore.AnEvent(), default);

        var open = await test.Store.Sessions.OpenOfAsync(new(7), Now, default);

        Assert.Equal([newer.Id, older.Id], open.Select(s => s.Id));
        Assert.All(open, session => Assert.True(session.IsOpen(Now)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Purges_what_ended_before_and_nothing_else(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var sessions = test.Store.Sessions;
        var day = TimeSpan.FromDays(1);
        var open = await OpenedAsync(test, ASession());
        var expired = await OpenedAsync(test, ASession() with { ExpiresAt = Now - day });
        var idle = await OpenedAsync(test, ASession() with { LastUsedAt = Now - day - Session.IdleLifetime });
        var revoked = await OpenedAsync(test, ASession());
        await sessions.RevokeAsync(revoked.Id, Now - day, SqlTestStore.AnEvent(), default);
        var (old, used, good) = (AToken(Now - day - ResetToken.Lifetime), AToken(Now, user: 8), AToken(Now));
        foreach (var token in new[] { old, used, good }) await sessions.AddResetTokenAsync(token, default);
        await sessions.UseResetTokenAsync(used.Hash, Now, default);

        await sessions.PurgeAsync(Now - day, default);
        foreach (var ended in new[] { expired, idle, revoked }) Assert.NotNull(await sessions.FindAsync(ended.Id, default));
        Assert.Equal(old.UserId, await sessions.FindResetTokenAsync(old.Hash, old.CreatedAt, default));

        await sessions.PurgeAsync(Now - day + TimeSpan.FromMilliseconds(1), default);

        foreach (var ended in new[] { expired, idle, revoked }) Assert.Null(await sessions.FindAsync(ended.Id, default));
        Assert.NotNull(await sessions.FindAsync(open.Id, default));
        Assert.Null(await sessions.FindResetTokenAsync(old.Hash, old.CreatedAt, default));
        Assert.Equal(good.UserId, await sessions.FindResetTokenAsync(good.Hash, Now, default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_fifty_who_use_one_reset_token_one_gets_the_user(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var sessions = test.Store.Sessions;
        var (token, another, others) = (AToken(Now), AToken(Now), AToken(Now, user: 8));
        foreach (var one in new[] { token, another, others }) await sessions.AddResetTokenAsync(one, default);

        var users = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => sessions.UseResetTokenAsync(token.Hash, Now, default)));

        Assert.Equal(new UserId(7), Assert.Single(users, u => u is not null));
        Assert.Null(await sessions.FindResetTokenAsync(another.Hash, Now, default));
        Assert.Null(await sessions.UseResetTokenAsync(another.Hash, Now, default));
        Assert.Equal(new UserId(8), await sessions.UseResetTokenAsync(others.Hash, Now, default));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_twenty_who_use_two_tokens_of_one_user_one_gets_the_user(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var sessions = test.Store.Sessions;
        var tokens = new[] { AToken(Now), AToken(Now) };
        foreach (var token in tokens) await sessions.AddResetTokenAsync(token, default);

        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => sessions.UseResetTokenAsync(tokens[i % 2].Hash, Now, default)));

        Assert.Single(users, u => u is not null);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_reset_token_is_good_until_it_expires(string engine)
    {
        await using var test = await SqlTestStore.NewAsync(engine);
        var sessions = test.Store.Sessions;
        var token = AToken(Now);
        await sessions.AddResetTokenAsync(token, default);

        Assert.Equal(token.UserId, await sessions.FindResetTokenAsync(token.Hash, token.ExpiresAt.AddMilliseconds(-1), default));
        Assert.Null(await sessions.FindResetTokenAsync(token.Hash, token.ExpiresAt, default));
        Assert.Null(await sessions.FindResetTokenAsync(AHash(), Now, default));
        Assert.Null(await sessions.UseResetTokenAsync(token.Hash, token.ExpiresAt, default));
        Assert.Null(await sessions.UseResetTokenAsync(AHash(), Now, default));
        Assert.Equal(token.UserId, await sessions.UseResetTokenAsync(token.Hash, token.ExpiresAt.AddMilliseconds(-1), default));
    }

    internal static Session ASession(int user = 7) => new()
    {
        Id = Change.NewId(),
        UserId = new(user),
        Epoch = 1,
        FamilyHash = AHash(),
        TokenHash = AHash(),
        CreatedAt = Now,
        LastUsedAt = Now,
        ExpiresAt = Now + Session.Lifetime,
    };

    internal static ResetToken AToken(DateTimeOffset at, int user = 7) => new(AHash(), new(user), at);

    internal static byte[] AHash() => RandomNumberGenerator.GetBytes(32);

    private static async Task<Session> OpenedAsync(SqlTestStore test, Session session)
    {
        await test.Store.Sessions.OpenAsync(session, SqlTestStore.AnEvent("Sign-in"), default);
        return session;
    }
}
