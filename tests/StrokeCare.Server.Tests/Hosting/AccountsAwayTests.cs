using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Hosting;
using StrokeCare.Server.Settings;
using StrokeCare.Server.Tests.Support;
using StrokeCare.Tests.Mongo;

namespace StrokeCare.Server.Tests.Hosting;

/// <summary>The first start of a portal whose accounts are in MongoDB while that is away.</summary>
public sealed class AccountsAwayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Starts_without_accounts_and_makes_the_first_admin_when_they_are_back(string recordsToo)
    {
        await using var fresh = new PortalStores(Pair.SqliteMongoUsers);
        var settings = await fresh.SettingsAsync();
        settings["USE_MONGODB"] = recordsToo;
        var address = new MongoUrlBuilder(settings["MONGO_URI"]);
        await using var proxy = new CuttableProxy(address.Server.Host, address.Server.Port);
        proxy.Cut();
        settings["MONGO_URI"] = $"mongodb://127.0.0.1:{proxy.Port}/?directConnection=true&serverSelectionTimeoutMS=300";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var (instance, listen) = (InstanceOptions.From(configuration), ListenOptions.From(configuration));
        instance.Create();
        await using var stores = await Stores.OpenAsync(StoreOptions.From(configuration, instance), migrate: true, TimeProvider.System, NullLoggerFactory.Instance, Ct);
        await using var app = PortalApp.Build(stores, instance, listen, MailOptions.From(configuration, instance, listen), TimeProvider.System);
        var (admin, announced) = (app.Services.GetRequiredService<FirstAdmin>(), new List<string>());

        Assert.False(await admin.TryEnsureAsync(announced.Add, Ct));
        await app.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await (await SignInAsync(client, "not the right one")).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");
        var ready = await (await client.GetAsync("/health/ready", Ct)).ObjectAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(("healthy", "unhealthy"), ((string?)ready["stores"]!["sqlite"], (string?)ready["stores"]!["mongodb"]));

        proxy.Mend();
        await admin.KeepTryingAsync(announced.Add, Ct);

        await (await SignInAsync(client, Assert.Single(announced))).ObjectAsync();
        Assert.True(await admin.TryEnsureAsync(announced.Add, Ct));
        await app.StopAsync(Ct);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string password) =>
        client.PostAsync("/api/auth/login", new JsonObject { ["username"] = FirstAdmin.Username, ["password"] = password });
}
