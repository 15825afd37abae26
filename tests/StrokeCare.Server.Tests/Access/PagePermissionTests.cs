using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using StrokeCare.Audit;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>pages.csv against the running portal: what each page answers to whom. 401 there is being sent to sign in.</summary>
public sealed partial class PagePermissionTests(AccessStage stage)
{
    /// <summary>The framework's own redirect for its script, which no page loads.</summary>
    internal static bool IsOfTheFramework(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.StartsWith("_framework/", StringComparison.Ordinal) || endpoint.RoutePattern.RawText.StartsWith("/_framework/", StringComparison.Ordinal);

    [Fact]
    public async Task Each_actor_gets_of_each_page_what_the_matrix_says_and_refusals_are_one_and_logged()
    {
        var scene = await stage.OnAsync(Pair.Sqlite);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, CheckCertificateRevocationList = true }) { BaseAddress = scene.Portal.Anonymous.BaseAddress };
        var (faults, refusals) = (new List<string>(), new HashSet<string>());
        foreach (var row in PageMatrix.Rows)
        {
            foreach (var who in PageMatrix.Actors)
            {
                var (path, player) = await row.AskedByAsync(who, scene);
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Add("Accept", "text/html");
                if (who != Who.Anonymous) request.Headers.Add("Cookie", scene.Portal.CookieOf(player.Account, player.Session));
                var before = await Traces.OfAsync(scene.Portal);
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                var asked = answer.Headers.Location?.OriginalString.StartsWith("/sign-in?", StringComparison.Ordinal) == true && row.Route != "/" ? 401 : (int)answer.StatusCode;
                if (asked != row.Expected[who]) faults.Add($"{row.Route} {row.Object} as {who}: {asked} and not {row.Expected[who]}");
                if (answer.StatusCode != HttpStatusCode.Forbidden) continue;
                refusals.Add($"{Role(player)} {MainPart().Match(await answer.Content.ReadAsStringAsync()).Value}");
                if (row.Object != "malformed" && !(await before.RowsSinceAsync(scene.Portal)).Any(log => log.EventType == AuditAction.AccessDenied.Wire())) faults.Add($"{row.Route} {row.Object} as {who}: refused without a row in the log");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Equal(refusals.Count, refusals.Select(text => text.Split(' ')[0]).Distinct().Count());
    }

    [Fact]
    public async Task Every_page_has_its_rows()
    {
        var pages = (await stage.OnAsync(Pair.Sqlite)).Portal.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageRoute>() is not null).Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/')).ToHashSet();
        var rows = PageMatrix.Rows.GroupBy(row => row.Route).ToDictionary(group => group.Key, group => group.Select(row => row.Object).ToList());
        Assert.Empty(pages.Except(rows.Keys));
        Assert.Empty(rows.Keys.Except(pages));
        foreach (var (route, objects) in rows.Where(row => row.Key.Contains('{', StringComparison.Ordinal))) Assert.Equal(["absent", "foreign", "malformed", "own"], objects.Order());
    }

    private static string Role(Player player) => player.Account.Role.Wire();

    [GeneratedRegex("<main.*</main>", RegexOptions.Singleline, 1000)]
    private static partial Regex MainPart();
}
