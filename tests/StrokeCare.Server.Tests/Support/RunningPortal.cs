using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Hosting;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Tests.Support;

/// <summary>The whole portal on a port of its own, with fresh stores and the people of <see cref="Person.All"/>.</summary>
public sealed class RunningPortal : IAsyncDisposable
{
    private readonly PortalStores? owned;
    private readonly Stores stores;
    private readonly WebApplication app;
    private readonly Dictionary<Person, HttpClient> clients = [];
    private readonly Dictionary<Person, UserId> ids = [];
    private readonly Dictionary<Person, (User User, Session Session, long Issued)> signedIn = [];
    private readonly Dictionary<string, string?> settings;

    private RunningPortal(PortalStores? owned, Dictionary<string, string?> settings, Stores stores, WebApplication app) =>
        (this.owned, this.settings, this.stores, this.app) = (owned, settings, stores, app);

    public IServiceProvider Services => app.Services;

    public HttpClient Anonymous { get; private set; } = null!;

    public string Instance => settings["STROKECARE_INSTANCE"]!;

    public static async Task<RunningPortal> StartAsync(Pair pair, IReadOnlyDictionary<string, string>? overrides = null, TimeProvider? time = null)
    {
        var portal = await StartWithNobodyAsync(pair, overrides, time);
        foreach (var person in Person.All) portal.ids[person] = await portal.CreateAsync(person);
        await portal.SettleAsync();
        await portal.SignInAllAsync();
        return portal;
    }

    /// <summary>As on its first day: there are no accounts.</summary>
    public static async Task<RunningPortal> StartWithNobodyAsync(Pair pair, IReadOnlyDictionary<string, string>? overrides = null, TimeProvider? time = null)
    {
        var fresh = new PortalStores(pair);
        var all = await fresh.SettingsAsync();
        foreach (var (name, value) in overrides ?? new Dictionary<string, string>()) all[name] = value;
        return await OpenAsync(fresh, all, time ?? TimeProvider.System);
    }

    /// <summary>Another process, as far as the stores can tell, on the stores and keys of this one; this one outlives it.</summary>
    public async Task<RunningPortal> BesideAsync(params (string Name, string Value)[] changed)
    {
        var all = new Dictionary<string, string?>(settings, StringComparer.Ordinal);
        foreach (var (name, value) in changed) all[name] = value;
        var beside = await OpenAsync(null, all, TimeProvider.System);
        foreach (var (person, id) in ids) beside.ids[person] = id;
        return beside;
    }

    /// <summary>Signed in as this person. A whole run outlasts an access token: an older one is replaced, in the same session.</summary>
    public HttpClient As(Person person)
    {
        lock (signedIn)
        {
            var (user, session, issued) = signedIn[person];
            if (Get<TimeProvider>().GetElapsedTime(issued) > Tokens.Lifetime / 3)
            {
                clients[person].DefaultRequestHeaders.Authorization = new("Bearer", Get<Tokens>().Issue(user, session));
                signedIn[person] = (user, session, Get<TimeProvider>().GetTimestamp());
            }
        }

        return clients[person];
    }

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

    public Task<string> TokenAsync(Person person) => TokenAsync(ids[person]);

    /// <summary>A token from the issuer itself, in a session of its own: signing in is a test of its own, and costs a quarter of a second.</summary>
    public async Task<string> TokenAsync(UserId id)
    {
        var user = (await Get<IUserStore>().FindAsync(id, CancellationToken.None))!;
        return Get<Tokens>().Issue(user, await OpenSessionAsync(user));
    }

    public Task<Session> OpenSessionAsync(User user) => OpenSessionAsync(user, RefreshToken.New());

    internal async Task<Session> OpenSessionAsync(User user, RefreshToken refresh)
    {
        var now = Get<TimeProvider>().GetUtcNow();
        var session = new Session
        {
            Id = Change.NewId(),
            UserId = user.Id,
            Epoch = user.Epoch,
            FamilyHash = refresh.FamilyHash,
            TokenHash = refresh.Hash,
            CreatedAt = now,
            LastUsedAt = now,
            ExpiresAt = now + Session.Lifetime,
        };
        var login = new Change { ChangeId = Change.NewId(), Action = AuditAction.Login, At = now, Description = "A test's session", ActorId = user.Id, ActorName = user.Username, ActorRole = user.Role };
        await Get<ISessionStore>().OpenAsync(session, login, CancellationToken.None);
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values) client.Dispose();
        Anonymous?.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await stores.DisposeAsync();
        if (owned is not null) await owned.DisposeAsync();
    }

    public async Task<UserId> CreateAsync(string username, string password, Role role, bool mustChangePassword = false)
    {
        var command = new CreateUser
        {
            Username = username,
            Email = $"{username}@clinic.test",
            Password = password,
            Role = role,
            FirstName = $"{char.ToUpperInvariant(username[0])}{username[1..]}",
            LastName = "Example",
            MustChangePassword = mustChangePassword,
        };
        var made = await Get<CreateUserHandler>().HandleAsync(command, Actor.Operator, null, CancellationToken.None);
        return made.Succeeded ? made.Value.User.Id : throw new InvalidOperationException($"{made.Error} {string.Join(", ", made.Error.Fields.Select(f => $"{f.Key} {f.Value[0]}"))}");
    }

    private static async Task<RunningPortal> OpenAsync(PortalStores? own, Dictionary<string, string?> all, TimeProvider time)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var instance = InstanceOptions.From(configuration);
        var listen = ListenOptions.From(configuration);
        instance.Create();
        var opened = await Stores.OpenAsync(StoreOptions.From(configuration, instance), migrate: true, time, NullLoggerFactory.Instance, CancellationToken.None);
        var portal = new RunningPortal(own, all, opened, PortalApp.Build(opened, instance, listen, MailOptions.From(configuration, instance, listen), time));
        await portal.app.StartAsync();
        portal.Anonymous = portal.NewClient();
        return portal;
    }

    private async Task SignInAllAsync()
    {
        foreach (var person in Person.All)
        {
            var user = (await Get<IUserStore>().FindAsync(ids[person], CancellationToken.None))!;
            var session = await OpenSessionAsync(user);
            clients[person] = With(Get<Tokens>().Issue(user, session));
            signedIn[person] = (user, session, Get<TimeProvider>().GetTimestamp());
        }
    }

    private Task<UserId> CreateAsync(Person person) => CreateAsync(person.Username, person.Password, person.Role);

    private HttpClient NewClient() => new() { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromMinutes(2) };
}
