using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Tests.Appointments;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Pages;

/// <summary>What an open page hears, on a portal of its own: the log of others would be heard, too.</summary>
public sealed class LiveStreamTests : IAsyncLifetime
{
    private RunningPortal portal = null!;

    public async ValueTask InitializeAsync() => portal = await RunningPortal.StartAsync(Pair.Sqlite);

    [Fact]
    public async Task A_stream_is_kept_nowhere_and_begins_with_how_long_the_session_goes_on()
    {
        await using var stream = await EventReader.OpenAsync(portal, LiveRoutes.Plain, (await portal.SignInAsync(Person.Grace)).Cookie);
        Assert.Equal("text/event-stream", stream.Answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", stream.Answer.Headers.CacheControl!.ToString());
        Assert.Equal("no", stream.Answer.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Contains("frame-ancestors 'none'", stream.Answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var until = (await stream.NextAsync("until"))!.Data;
        Assert.InRange((long)until["left"]!, 14 * 60_000, 15 * 60_000);
        Assert.False((bool)until["isFinal"]!);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task A_work_list_hears_of_what_another_process_books_and_only_what_is_new_on_it_is_logged(Pair pair)
    {
        await MoveToAsync(pair);
        using var practice = await Practice.OpenAsync(portal);
        var (page, shown, cookie) = await OpenWorkAsync(practice);
        await using var stream = await EventReader.OpenAsync(portal, page, cookie, shown);
        Assert.NotNull(await stream.NextAsync("until"));
        await using var other = await portal.BesideAsync();
        using var doctor = other.With(await other.TokenAsync(practice.DoctorId));
        var first = await Practice.BookedAsync(doctor, practice.At("09:00", practice.Patient).With("reason", "Comes first"));
        var drawn = (await stream.NextAsync("part"))!;
        Assert.Contains("Comes first", (string)drawn.Data["html"]!, StringComparison.Ordinal);
        Assert.Contains($"id=\"visit-{first.Id()}\"", (string)drawn.Data["html"]!, StringComparison.Ordinal);
        Assert.StartsWith("The list has changed: 1 appointment", (string)drawn.Data["says"]!);
        var second = await Practice.BookedAsync(doctor, practice.At("10:00", practice.Patient).With("reason", "Comes second"));
        Assert.Contains("Comes second", (string)(await stream.NextAsync("part"))!.Data["html"]!, StringComparison.Ordinal);

        var seen = await RowsAsync(AuditAction.AppointmentsListed, practice.DoctorId);
        Assert.Equal([[], [first.Id()], [second.Id()]], seen.Select(IdsOf));
        Assert.Equal([[], [practice.Patient]], (await RowsAsync(AuditAction.PatientsListed, practice.DoctorId)).Select(IdsOf));
    }

    [Fact]
    public async Task What_does_not_concern_a_page_is_neither_sent_to_it_nor_logged_as_seen()
    {
        using var practice = await Practice.OpenAsync(portal);
        using var elsewhere = await Practice.OpenAsync(portal);
        var (page, shown, cookie) = await OpenWorkAsync(practice);
        await using var stream = await EventReader.OpenAsync(portal, page, cookie, shown);
        Assert.NotNull(await stream.NextAsync("until"));
        var before = (await RowsAsync(AuditAction.AppointmentsListed, practice.DoctorId)).Count;
        await Practice.BookedAsync(elsewhere.Doctor, elsewhere.At("09:00", elsewhere.Patient));
        Assert.Null(await stream.NextAsync("part", TimeSpan.FromSeconds(3)));
        Assert.Equal(before, (await RowsAsync(AuditAction.AppointmentsListed, practice.DoctorId)).Count);
    }

    [Theory]
    [MemberData(nameof(Pairs.All), MemberType = typeof(Pairs))]
    public async Task The_log_is_followed_with_its_filter_and_following_it_is_logged_once(Pair pair)
    {
        await MoveToAsync(pair);
        var (cookie, _) = await portal.SignInAsync(Person.Ada);
        await using var stream = await EventReader.OpenAsync(portal, $"{LiveRoutes.OfLog}?event=patient_created", cookie);
        Assert.Contains("No row matches", (string)(await stream.NextAsync("part"))!.Data["html"]!, StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            var id = (await portal.As(Person.Grace).RegisterAsync()).Id();
            var drawn = (string)(await stream.NextAsync("part"))!.Data["html"]!;
            Assert.Contains($"Patient {id} created", drawn, StringComparison.Ordinal);
            Assert.DoesNotContain("signed in", drawn, StringComparison.Ordinal);
        }

        Assert.Equal("The security log followed on an open page", Assert.Single(await RowsAsync(AuditAction.SecurityLogViewed, portal.IdOf(Person.Ada))).EventDescription);
    }

    [Theory]
    [Trait("Runs", "alone")]
    [InlineData("deactivated")]
    [InlineData("other role")]
    [InlineData("signed out")]
    public async Task Whoever_is_not_let_in_any_more_is_told_within_a_second_whichever_process_did_it(string how)
    {
        using var practice = await Practice.OpenAsync(portal);
        var user = (await portal.Get<IUserStore>().FindAsync(practice.DoctorId, default))!;
        var session = await portal.OpenSessionAsync(user);
        await using var stream = await EventReader.OpenAsync(portal, $"{LiveRoutes.OfWork}?day=2030-01-01", portal.CookieOf(user, session));
        Assert.NotNull(await stream.NextAsync("until"));
        await using var other = await portal.BesideAsync();
        await EndAsync(other, how, user, session);
        var since = Stopwatch.StartNew();
        Assert.NotNull(await stream.NextAsync("gone"));
        // The second, and what a machine adds to it.
        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await stream.EndedAsync();
        await using var again = await EventReader.OpenAsync(portal, LiveRoutes.Plain, portal.CookieOf(user, session));
        Assert.Equal(HttpStatusCode.Redirect, again.Answer.StatusCode);
    }

    [Fact]
    public async Task A_page_of_somebody_who_was_there_before_is_told_to_go()
    {
        var (_, before) = await portal.SignInAsync(Person.House);
        var (cookie, session) = await portal.SignInAsync(Person.Grace);
        await using var own = await EventReader.OpenAsync(portal, $"{LiveRoutes.Plain}?of={OpenPage.MarkOf(session.Id, session.Epoch)}", cookie);
        Assert.NotNull(await own.NextAsync("until"));
        await using var others = await EventReader.OpenAsync(portal, $"{LiveRoutes.Plain}?of={OpenPage.MarkOf(before.Id, before.Epoch)}", cookie);
        Assert.NotNull(await others.NextAsync("gone"));
    }

    [Fact]
    public async Task An_account_has_a_bounded_number_of_streams()
    {
        var (cookie, _) = await portal.SignInAsync(Person.Paul);
        var open = new List<EventReader>();
        for (var i = 0; i < LiveFeed.MostOfOneAccount; i++) open.Add(await EventReader.OpenAsync(portal, LiveRoutes.Plain, cookie));
        Assert.All(open, one => Assert.Equal(HttpStatusCode.OK, one.Answer.StatusCode));
        await using (var more = await EventReader.OpenAsync(portal, LiveRoutes.Plain, cookie))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, more.Answer.StatusCode);
            Assert.NotNull(more.Answer.Headers.RetryAfter);
        }

        await using (var somebody = await EventReader.OpenAsync(portal, LiveRoutes.Plain, (await portal.SignInAsync(Person.Grace)).Cookie)) Assert.Equal(HttpStatusCode.OK, somebody.Answer.StatusCode);
        foreach (var one in open) await one.DisposeAsync();
        for (var tries = 0; ; tries++)
        {
            await using var next = await EventReader.OpenAsync(portal, LiveRoutes.Plain, cookie);
            if (next.Answer.StatusCode == HttpStatusCode.OK) break;
            Assert.True(tries < 50, "What was left is still counted.");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task A_portal_that_stops_does_not_wait_for_open_pages()
    {
        var stopping = await portal.BesideAsync();
        await using var stream = await EventReader.OpenAsync(stopping, LiveRoutes.OfWork, (await portal.SignInAsync(Person.Grace)).Cookie);
        Assert.NotNull(await stream.NextAsync("until"));
        var since = Stopwatch.StartNew();
        await stopping.DisposeAsync();
        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Null(await stream.NextAsync("gone"));
        await stream.EndedAsync();
    }

    [Fact]
    public async Task Standing_open_is_no_use_of_a_session_and_staying_is()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var aged = await RunningPortal.StartAsync(Pair.Sqlite, time: clock);
        var (cookie, session) = await aged.SignInAsync(Person.Grace);
        clock.Advance(TimeSpan.FromMinutes(13));
        await using var stream = await EventReader.OpenAsync(aged, LiveRoutes.Plain, cookie);
        Assert.InRange((long)(await stream.NextAsync("until"))!.Data["left"]!, 1, 2 * 60_000);
        Assert.Equal(session.LastUsedAt, (await aged.Get<ISessionStore>().FindAsync(session.Id, default))!.LastUsedAt, TimeSpan.FromMilliseconds(1));

        await using var stay = await EventReader.OpenAsync(aged, LiveRoutes.Stay, cookie);
        Assert.InRange((long)JsonNode.Parse(await stay.Answer.Content.ReadAsStringAsync())!["left"]!, 14 * 60_000, 15 * 60_000);
        clock.Advance(LiveStreams.Look);
        Assert.InRange((long)(await stream.NextAsync("until"))!.Data["left"]!, 14 * 60_000, 15 * 60_000);
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.NotNull(await stream.NextAsync("gone"));
    }

    [Fact]
    public async Task A_reader_who_takes_nothing_is_given_up()
    {
        var clock = new FakeTimeProvider();
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new Stuck()));
        var writing = new EventWriter(http, clock).SendAsync("part", "{}", null, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(writing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => writing.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    private static async Task EndAsync(RunningPortal by, string how, User user, Session session)
    {
        if (how == "signed out")
        {
            Assert.Null(await by.Get<RevokeSessionHandler>().HandleAsync(session.Id, new(user.Id, user.Username, user.Role, Origin.Local), default));
            return;
        }

        var update = how == "deactivated" ? new UpdateUser { IsActive = false, ReassignTo = by.IdOf(Person.House).Value } : new UpdateUser { Role = Role.Patient, ReassignTo = by.IdOf(Person.House).Value };
        var done = await by.Get<UpdateUserHandler>().HandleAsync(user.Id, update, new(null, user.Version), Actor.Operator, default);
        Assert.True(done.Succeeded, $"{done.Error}");
    }

    private async Task MoveToAsync(Pair pair)
    {
        if (pair == Pair.Sqlite) return;
        await portal.DisposeAsync();
        portal = await RunningPortal.StartAsync(pair);
    }

    /// <summary>The page as it is opened: where its stream is and what it shows.</summary>
    private async Task<(string Stream, string Shown, string Cookie)> OpenWorkAsync(Practice practice)
    {
        var user = (await portal.Get<IUserStore>().FindAsync(practice.DoctorId, default))!;
        var cookie = portal.CookieOf(user, await portal.OpenSessionAsync(user));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/work?day={practice.Day:yyyy-MM-dd}");
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Accept", "text/html");
        var page = Regex.Match(await (await portal.Anonymous.SendAsync(request)).Content.ReadAsStringAsync(), "data-live=\"(?<stream>[^\"]+)\" data-mark=\"(?<mark>[^\"]+)\"");
        Assert.True(page.Success);
        return (WebUtility.HtmlDecode(page.Groups["stream"].Value), page.Groups["mark"].Value, cookie);
    }

    private async Task<IReadOnlyList<LogRow>> RowsAsync(AuditAction action, UserId by)
    {
        await portal.SettleAsync();
        return [.. (await portal.Get<ISecurityLog>().FindAsync(new() { EventType = action.Wire(), UserId = by.Value }, default)).Reverse()];
    }

    private static IEnumerable<string> IdsOf(LogRow row) => ((JsonArray)JsonNode.Parse(row.AdditionalData!)!["ids"]!).Select(id => (string)id!);

    /// <summary>Takes nothing, for ever.</summary>
    private sealed class Stuck : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
