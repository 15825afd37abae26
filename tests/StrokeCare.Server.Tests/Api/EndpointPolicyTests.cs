using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StrokeCare.Server.Api;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Api;

public sealed class EndpointPolicyTests(Portals portals)
{
    [Fact]
    public async Task Every_endpoint_names_who_may_call_it_and_what_it_leaves_in_the_log()
    {
        var endpoints = (await portals.OnAsync(Pair.Sqlite)).Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(endpoints.Count > 15);
        foreach (var endpoint in endpoints)
        {
            var anonymous = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            var policy = endpoint.Metadata.GetMetadata<AuthorizationPolicy>();
            Assert.True(anonymous != policy is not null, $"{endpoint.DisplayName}: open, or for some roles, and one of the two");
            var audit = endpoint.Metadata.GetMetadata<AuditPolicy>();
            Assert.True(audit is { Actions.Count: > 0 } or { WhyNone: not null }, $"{endpoint.DisplayName}: no audit action and no reason for none");
        }
    }

    // The handlers are bound when the program is compiled, and what is inherited is not seen there: it would be null for everybody.
    [Fact]
    public void No_parameters_of_a_query_are_inherited()
    {
        const BindingFlags any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var queries = typeof(AuditPolicy).Assembly.GetTypes().SelectMany(type => type.GetMethods(any)).SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(AsParametersAttribute))).Select(parameter => parameter.ParameterType).Distinct().ToList();
        Assert.InRange(queries.Count, 8, 50);
        Assert.All(queries, query => Assert.Equal(typeof(object), query.BaseType));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/patients")]
    [InlineData("/api/auth/login")]
    [InlineData("/health/live")]
    [InlineData("/docs/")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/.well-known/jwks.json")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        var response = await (await portals.OnAsync(Pair.Sqlite)).Anonymous.GetAsync(path);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"));
        Assert.False(response.Headers.Contains("Server"));
        if (path.StartsWith("/api", StringComparison.Ordinal)) Assert.Equal("no-store", Header("Cache-Control"));

        string Header(string name) => response.Headers.GetValues(name).Single();
    }

    [Fact]
    public async Task The_documents_page_needs_nothing_from_outside()
    {
        var client = (await portals.OnAsync(Pair.Sqlite)).Anonymous;
        var page = await client.GetStringAsync("/docs/");
        Assert.DoesNotContain("https://", page.Replace("https://scalar.com", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var script in System.Text.RegularExpressions.Regex.Matches(page, "src=\"([^\"]+)\"").Select(match => match.Groups[1].Value))
            (await client.GetAsync(new Uri(new Uri(client.BaseAddress!, "/docs/"), script))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task The_committed_OpenAPI_document_is_the_one_that_is_served()
    {
        var portal = await portals.OnAsync(Pair.Sqlite);
        var served = await portal.Anonymous.GetStringAsync("/openapi/v1.json") + "\n";
        Committed.Check("docs/openapi.json", served.ReplaceLineEndings("\n"));
    }
}
