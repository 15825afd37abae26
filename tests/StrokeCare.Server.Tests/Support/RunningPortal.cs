using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Hosting;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Tests.Support;

/// <summary>The whole portal on a port of its own, with fresh stores and the people of <see cref="Person.All"/>.</summary>
public sealed class RunningPortal : IAsyncDisposable
{
    private readonly PortalStores owned;
    private readonly Stores stores;
    private readonly WebApplication app;
    private readonly Dictionary<Person, HttpClient> clients = [];
    private readonly Dictionary<Person, UserId> ids = [];

    private RunningPortal(PortalStores owned, Stores stores, WebApplication app) => (this.owned, this.stores, this.app) = (owned, stores, app);

    public IServiceProvider Services => app.Services;

    public HttpClient Anonymous { get; private set; } = null!;

    public string Instance => owned.Instance;

    public static async Task<RunningPortal> StartAsync(Pair pair, IReadOnlyDictionary<string, string>? overrides = null)
    {
        var fresh = new PortalStores(pair);
        var settings = await fresh.SettingsAsync();
        foreach (var (name, value) in overrides ?? new Dictionary<string, string>()) settings[name] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var instance = InstanceOptions.From(configuration);
        instance.Create();
        var opened = await Stores.OpenAsync(StoreOptions.From(configuration, instance), migrate: true, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var portal = new RunningPortal(fresh, opened, Portal.Build(opened, instance, ListenOptions.From(configuration), TimeProvider.System));
        await portal.StartAsync();
        return portal;
    }

    public HttpClient As(Person person) => clients[person];

    public UserId IdOf(Person person) => ids[person];

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A client that sends this token.</summary>
    public HttpClient With(string token)
    {
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Returns when every change made so far is in the log.</summary>
    public Task SettleAsync() => Get<Relay>().DrainAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values) client.Dispose();
        Anonymous?.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await stores.DisposeAsync();
        await owned.DisposeAsync();
    }

    private async Task StartAsync()
    {
        await app.StartAsync();
        Anonymous = NewClient();
        foreach (var person in Person.All) ids[person] = await CreateAsync(person);
        // Their tokens come from the issuer itself: signing in is a test of its own, and costs a third of a second each.
        foreach (var person in Person.All) clients[person] = With(await TokenAsync(person));
    }

    public async Task<string> TokenAsync(Person person)
    {
        var user = await Get<IUserStore>().FindAsync(ids[person], CancellationToken.None);
        return Get<Tokens>().Issue(user!, Session(user!));
    }

    public static Session Session(User user) =>
        new(Change.NewId(), user.Id, new byte[32], user.CreatedAt, user.CreatedAt.AddHours(1), null, null);

    private async Task<UserId> CreateAsync(Person person)
    {
        var made = await Get<CreateUserHandler>().HandleAsync(
            new CreateUser
            {
                Username = person.Username,
                Email = $"{person.Username}@clinic.test",
                Password = person.Password,
                Role = person.Role,
                FirstName = person.FirstName,
                LastName = "Example",
            },
            Actor.Operator, CancellationToken.None);
        return made.Value!.Id;
    }

    private HttpClient NewClient() => new() { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromMinutes(2) };
}
