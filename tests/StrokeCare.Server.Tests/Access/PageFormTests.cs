using System.Text.RegularExpressions;
using StrokeCare.Audit;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>
/// What pages.csv says of looking at a page holds for each of its forms: whoever may not look may not send, is told the
/// same, and leaves the same in the log. Whoever may look sends nothing without the form's guard against forgery.
/// </summary>
public sealed partial class PageFormTests(AccessStage stage)
{
    private const string Pages = "src/StrokeCare.Server/Portal";

    public static TheoryData<Pair, string, string> Forms
    {
        get
        {
            var forms = new TheoryData<Pair, string, string>();
            foreach (var (route, handler) in All())
            {
                foreach (var pair in Pairs.All.Select(pair => pair.Data).Where(pair => pair is Pair.Sqlite or Pair.SqliteMongoUsers)) forms.Add(pair, route, handler);
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_is_answered_to_nobody_who_may_not_open_its_page_and_never_without_its_guard(Pair pair, string route, string handler)
    {
        var scene = await stage.OnAsync(pair);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, CheckCertificateRevocationList = true }) { BaseAddress = scene.Portal.Anonymous.BaseAddress };
        var (faults, asked) = (new List<string>(), 0);
        foreach (var row in PageMatrix.Rows.Where(row => row.Route == route))
        {
            foreach (var who in PageMatrix.Actors)
            {
                var mayLook = row.Expected[who] is 200 or 302;
                var (path, player) = await row.AskedByAsync(who, scene);
                var cookie = who == Who.Anonymous ? "" : scene.Portal.CookieOf(player.Account, player.Session);
                (string Cookie, string Token)? guard = mayLook ? null : await GuardAsync(client, cookie);
                var before = await Traces.SinceAsync(scene.Left, scene.Portal, player.Account.Id, scene.Cast.Stranger.Id);
                using var answer = await client.SendAsync(Post(path, handler, cookie, guard));
                var after = scene.Left = await Traces.OfAsync(scene.Portal, player.Account.Id, scene.Cast.Stranger.Id);
                var rows = await before.RowsSinceAsync(scene.Portal);
                var (status, denied) = ((int)answer.StatusCode, rows.Count(log => log.EventType == AuditAction.AccessDenied.Wire() && log.UserId == player.Account.Id.Value));
                var expected = mayLook ? 400 : row.Expected[who];
                var told = $"{route} {handler} {row.Object} as {who}";
                if (status != expected) faults.Add($"{told}: {status} and not {expected}: {Beginning(await answer.Content.ReadAsStringAsync())}");
                if (before.ChangedTo(after) is { Count: > 0 } changes) faults.Add($"{told}: refused, and yet: {string.Join(", ", changes)}");
                if (expected == 403 && row.Object != "malformed" && (denied != 1 || rows.Count != 1)) faults.Add($"{told}: a 403 is one access_denied in the log, not {string.Join(", ", rows.Select(log => log.EventType))}");
                if (expected is 400 or 401 && rows.Count > 0) faults.Add($"{told}: a {status} left {string.Join(", ", rows.Select(log => log.EventType))}");
                asked++;
            }
        }

        Assert.True(faults.Count == 0, $"{pair}, {faults.Count} faults of {asked}:\n{string.Join('\n', faults)}");
        Assert.NotEqual(0, asked);
    }

    // The page is one's own; what its form names is not. That of one appointment compares before it tries anything.
    [Theory]
    [InlineData("/work", "status", "Input.Change={foreign_step}")]
    [InlineData("/calendar?view=day", "status", "Input.Change={foreign_step}")]
    [InlineData("/calendar/appointments/{own}", "status", "Input.Change={foreign_step}", 404)]
    [InlineData("/calendar/book?at=2030-01-01T10:00", "pick", "Input.Patient={foreign_patient}")]
    [InlineData("/calendar/book?at=2030-01-01T10:00", "book", "Input.Patient={foreign_patient}&Input.Reason=Check-up&Input.Minutes=30")]
    [InlineData("/account/sessions", "end-session", "Input.Session={foreign_session}")]
    public async Task A_form_that_names_what_is_somebody_elses_changes_nothing_and_is_logged(string page, string handler, string fields, int status = 403)
    {
        var scene = await stage.OnAsync(Pair.Sqlite);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, CheckCertificateRevocationList = true }) { BaseAddress = scene.Portal.Anonymous.BaseAddress };
        var (own, foreign) = (await scene.OwnAsync(Who.AssignedDoctor), await scene.ForeignAsync());
        var player = await scene.PlayerAsync(Who.AssignedDoctor, own);
        var cookie = scene.Portal.CookieOf(player.Account, player.Session);
        var sent = fields.Replace("{foreign_step}", $"{foreign.Appointment.Id}.{foreign.Appointment.Version}.Arrived", StringComparison.Ordinal)
            .Replace("{foreign_patient}", foreign.Patient.Id.ToString(), StringComparison.Ordinal)
            .Replace("{foreign_session}", (await scene.ForeignSessionAsync()).Id, StringComparison.Ordinal);
        var guard = await GuardAsync(client, cookie);
        var before = await Traces.OfAsync(scene.Portal, player.Account.Id, scene.Cast.Stranger.Id);
        using var request = Post(page.Replace("{own}", own.Appointment.Id.ToString(), StringComparison.Ordinal), handler, cookie, guard, sent.Split('&').Select(field => field.Split('=')));
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Empty(before.ChangedTo(await Traces.OfAsync(scene.Portal, player.Account.Id, scene.Cast.Stranger.Id)));
        Assert.Equal(status == 403 ? 1 : 0, (await before.RowsSinceAsync(scene.Portal)).Count(log => log.EventType == AuditAction.AccessDenied.Wire() && log.UserId == player.Account.Id.Value));
        Assert.DoesNotContain(foreign.Owner.Username, text, StringComparison.Ordinal);
        scene.Left = null;
    }

    [Fact]
    public void Every_form_of_the_sources_is_found()
    {
        var written = Sources().Sum(file => FormTag().Count(file.Text));
        Assert.Equal(written, Sources().Where(file => Route().IsMatch(file.Text)).Sum(file => FormTag().Count(file.Text)));
        Assert.True(All().Count > 30);
    }

    private static string Beginning(string text) => text[..Math.Min(80, text.Length)];

    private static HttpRequestMessage Post(string path, string handler, string cookie, (string Cookie, string Token)? guard, params IEnumerable<string[]> typed)
    {
        List<KeyValuePair<string, string>> fields = [new("_handler", handler), .. typed.Select(field => new KeyValuePair<string, string>(field[0], field[1]))];
        if (guard is { } given) fields.Add(new("__RequestVerificationToken", given.Token));
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Accept", "text/html");
        var cookies = string.Join("; ", new[] { cookie, guard?.Cookie ?? "" }.Where(one => one.Length > 0));
        if (cookies.Length > 0) request.Headers.Add("Cookie", cookies);
        return request;
    }

    /// <summary>A good token of this very visitor's, from a page that is open to anyone.</summary>
    private static async Task<(string Cookie, string Token)> GuardAsync(HttpClient client, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/warning-signs");
        request.Headers.Add("Accept", "text/html");
        if (cookie.Length > 0) request.Headers.Add("Cookie", cookie);
        using var page = await client.SendAsync(request);
        var guard = page.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith(PortalRoutes.AntiforgeryCookie, StringComparison.Ordinal)).Split(';')[0];
        return (guard, Token().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value);
    }

    private static IReadOnlyList<(string Route, string Handler)> All() =>
    [
        .. from file in Sources()
           from route in Route().Matches(file.Text)
           from handler in FormTag().Matches(file.Text).Select(form => form.Groups["name"].Value is { Length: > 0 } name ? name : AppearancePage.FormName).Distinct()
           orderby route.Groups["route"].Value, handler
           select (route.Groups["route"].Value, handler),
    ];

    private static IEnumerable<(string Path, string Text)> Sources() =>
        Directory.EnumerateFiles(Path.Combine(Committed.Root(), Pages), "*.razor", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "PostForm.razor").Select(path => (path, File.ReadAllText(path)));

    [GeneratedRegex("^@page \"(?<route>[^\"]+)\"", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Route();

    [GeneratedRegex("<PostForm Name=\"(?<name>[^\"]+)\"|@formname=\"@FormName\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormTag();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
