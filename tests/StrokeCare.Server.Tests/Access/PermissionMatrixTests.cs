using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>
/// permissions.csv against the running portal: whole on SQLite and with MongoDB's users, a third on each pair between,
/// which share their halves with those two. STROKECARE_FULL=1 asks for the whole of it everywhere.
/// </summary>
public sealed class PermissionMatrixTests(AccessStage stage)
{
    private static readonly string[] Objects = ["own", "foreign", "absent", "malformed"];

    public static TheoryData<Pair, string> Addresses
    {
        get
        {
            var cases = new TheoryData<Pair, string>();
            foreach (var pair in Pairs.All)
            {
                foreach (var address in PermissionMatrix.Rows.Select(row => row.Address).Distinct()) cases.Add(pair.Data, address);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Each_actor_gets_the_answer_of_the_matrix(Pair pair, string address)
    {
        var scene = await stage.OnAsync(pair);
        var faults = new List<string>();
        var refusals = new HashSet<string>();
        foreach (var row in RowsOf(pair, address))
        {
            foreach (var who in PermissionMatrix.Actors)
            {
                var verdict = new MatrixVerdict(scene, row, who);
                faults.AddRange(await verdict.JudgeAsync());
                if (verdict.Refusal is { } refusal) refusals.Add(refusal);
            }
        }

        // Foreign, absent, archived or not for one's role: nobody can tell which.
        if (refusals.Count > 1) faults.Add($"{address} refuses in {refusals.Count} ways: {string.Join(" / ", refusals)}");
        Assert.True(faults.Count == 0, $"{pair}: {faults.Count} faults\n{string.Join('\n', faults)}");
    }

    /// <summary>Each of the pairs between gets another third, so that every row is asked on three pairs at least.</summary>
    private static IEnumerable<MatrixRow> RowsOf(Pair pair, string address)
    {
        var rows = PermissionMatrix.Rows.Where(row => row.Address == address);
        return TestSize.Full || pair is Pair.Sqlite or Pair.SqliteMongoUsers ? rows : rows.Where((_, i) => i % 3 == (int)pair % 3);
    }

    [Fact]
    public async Task Every_route_has_its_rows()
    {
        var routes = (await RoutesAsync()).SelectMany(AddressesOf).ToHashSet();
        var rows = PermissionMatrix.Rows.GroupBy(row => row.Address).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Empty(routes.Except(rows.Keys));
        Assert.Empty(rows.Keys.Except(routes));
        foreach (var (address, has) in rows)
        {
            string[] wanted = !address.Contains("{id}", StringComparison.Ordinal) ? ["-"] : address.Contains("/patients/{id}", StringComparison.Ordinal) ? [.. Objects, "archived"] : Objects;
            Assert.True(wanted.All(name => has.Any(row => row.Object == name)), $"{address} lacks one of {string.Join(", ", wanted)}");
        }
    }

    // This is what shows that the role is asked for before the body is read.
    [Fact]
    public void Every_writing_route_that_is_not_for_every_role_has_a_row_with_a_broken_body()
    {
        var restricted = PermissionMatrix.Rows.Where(row => row.Method != "GET" && row.Body.Length > 0).GroupBy(row => row.Address)
            .Where(rows => AnsweredIn(rows).Count() < Enum.GetValues<Role>().Length).Select(rows => rows.Key).ToList();
        Assert.NotEmpty(restricted);
        Assert.All(restricted, address => Assert.Contains(PermissionMatrix.Rows, row => row.Address == address && row is { Body: "broken" } && row.Expected.Values.Contains(403)));
    }

    // Where a request has nothing to read that could be wrong, the operation's refusal looks like the policy's.
    [Fact]
    public async Task The_policy_of_each_route_lets_in_the_roles_that_the_matrix_answers_and_no_other()
    {
        var endpoints = await RoutesAsync();
        foreach (var (endpoint, address) in endpoints.SelectMany(endpoint => AddressesOf(endpoint).Select(address => (endpoint, address))))
        {
            var rows = PermissionMatrix.Rows.Where(row => row.Address == address).ToList();
            var answered = AnsweredIn(rows);
            var roles = endpoint.Metadata.GetMetadata<AuthorizationPolicy>()?.Requirements.OfType<RolesAuthorizationRequirement>().SingleOrDefault()?.AllowedRoles;
            if (rows.All(row => row.IsOpen)) Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>());
            else Assert.Equal((address, string.Join(' ', answered.Select(role => role.Wire()).Order())), (address, string.Join(' ', (roles ?? []).Order())));
        }
    }

    // Pages have a matrix of their own, since they know people by a cookie: PagePermissionTests.
    private async Task<List<RouteEndpoint>> RoutesAsync() =>
        [.. (await stage.OnAsync(Pair.Sqlite)).Portal.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<PageRoute>() is null && !PagePermissionTests.IsOfTheFramework(endpoint))];

    // The roles that these rows do not turn away whatever they ask.
    private static IEnumerable<Role> AnsweredIn(IEnumerable<MatrixRow> rows) =>
        rows.SelectMany(row => row.Expected).Where(cell => cell.Value is not (401 or 403)).Select(cell => RoleOf(cell.Key)).OfType<Role>().Distinct();

    private static Role? RoleOf(Who who) => who switch
    {
        Who.Admin => Role.Admin,
        Who.Owner or Who.OtherPatient => Role.Patient,
        Who.AssignedDoctor or Who.OtherDoctor or Who.FormerDoctor or Who.Locked => Role.Doctor,
        Who.Anonymous or Who.Deactivated or Who.RevokedSession or Who.ExpiredToken or Who.RefreshAsAccess => null,
    };

    private static IEnumerable<string> AddressesOf(RouteEndpoint endpoint)
    {
        var path = endpoint.RoutePattern.RawText!.TrimEnd('/');
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
        Assert.True(methods is { Count: > 0 }, $"{path} answers to every method");
        return methods!.Select(method => $"{method} {(path.StartsWith('/') ? path : $"/{path}")}");
    }
}
