using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver.Core.Events;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Tests.Gateway;

namespace StrokeCare.Tests.Faults;

/// <summary>A write command that an operation sends: the first, second … of its name to its collection.</summary>
internal readonly record struct WriteCommand(string Name, string Collection, int Number)
{
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.Ordinal) { "insert", "update", "delete", "findAndModify" };

    public override string ToString() => $"{Name} {Collection}" + (Number == 1 ? "" : $" ({Number})");
}

/// <summary>The store as it ships behind a gateway of the test's own, under a name by which faults find it alone.</summary>
internal sealed class FaultedStore : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly OwnGateway gateway;
    private readonly string databaseName;
    private readonly string application = TestEngines.NewDatabaseName("fault");
    private readonly ChangeSignal changed = new();
    private readonly ConcurrentQueue<(string Name, string Collection)> sent = [];
    private MongoStore? store;

    private FaultedStore(OwnGateway gateway, string databaseName) => (this.gateway, this.databaseName) = (gateway, databaseName);

    public MongoStore Store => store!;

    public static async Task<FaultedStore> OpenAsync(OwnGateway gateway, string databaseName, TimeProvider time)
    {
        var opened = new FaultedStore(gateway, databaseName);
        var settings = MongoAddress.Read(gateway.Uri);
        settings.ApplicationName = opened.application;
        settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(opened.Note);
        // A connection's first answer on a busy machine may take longer than a fast clock allows.
        await WhenBackAsync(async () => opened.store = await MongoStore.OpenAsync(settings, databaseName, opened.changed, time, NullLoggerFactory.Instance, CancellationToken.None));
        return opened;
    }

    /// <summary>The write commands that this work sends when nothing is wrong.</summary>
    public async Task<IReadOnlyList<WriteCommand>> WritesOfAsync(Func<Task> work)
    {
        sent.Clear();
        await work();
        return [.. sent.GroupBy(command => command).SelectMany(group => group.Select((command, i) => new WriteCommand(command.Name, command.Collection, i + 1)))];
    }

    /// <summary>The next such command of this store meets the fault.</summary>
    public Task ArmAsync(FaultKind kind, WriteCommand command) => gateway.ArmAsync(
        application,
        new BsonDocument { { "skip", command.Number - 1 }, { "times", kind.Times } },
        new BsonDocument(kind.Data)
        {
            { "failCommands", new BsonArray { command.Name } },
            { "namespace", $"{databaseName}.{command.Collection}" },
            { "appName", application },
        });

    /// <summary>How many commands met it.</summary>
    public Task<long> DisarmAsync() => gateway.DisarmAsync(application);

    /// <summary>Until its breaker has closed again.</summary>
    public Task WaitUntilBackAsync() => WhenBackAsync(() => Store.PingAsync(CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
        changed.Dispose();
    }

    private static async Task WhenBackAsync(Func<Task> work)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (StoreUnavailableException) when (TimeProvider.System.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(50);
            }
        }
    }

    private void Note(CommandStartedEvent started)
    {
        if (WriteCommand.Names.Contains(started.CommandName)) sent.Enqueue((started.CommandName, started.Command[started.CommandName].AsString));
    }
}
