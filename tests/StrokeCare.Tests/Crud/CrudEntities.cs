using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;

namespace StrokeCare.Tests.Crud;

/// <summary>A file's clients, databases and collections by the ids it gives them, and the command events of each client.</summary>
internal sealed class CrudEntities : IDisposable
{
    private readonly Dictionary<string, MongoClient> clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IMongoDatabase> databases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IMongoCollection<BsonDocument>> collections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConcurrentQueue<BsonDocument>> events = new(StringComparer.Ordinal);

    /// <summary>Of this file's clients alone, so that their fail points hit nobody else.</summary>
    public string ApplicationName { get; } = TestEngines.NewDatabaseName("app");

    public static CrudEntities Create(CrudFile file)
    {
        var created = new CrudEntities();
        foreach (var entity in file.Entities)
            created.Add(entity.GetElement(0).Name, entity[0].AsBsonDocument);
        return created;
    }

    public IMongoDatabase? Database(string id) => databases.GetValueOrDefault(id);

    public IMongoCollection<BsonDocument>? Collection(string id) => collections.GetValueOrDefault(id);

    public IReadOnlyList<BsonDocument> Events(string client) => [.. events[client]];

    public bool IsUnacknowledged => collections.Values.Any(collection => !collection.Settings.WriteConcern.IsAcknowledged);

    public void ForgetEvents()
    {
        foreach (var seen in events.Values)
            seen.Clear();
    }

    public void Dispose()
    {
        foreach (var client in clients.Values)
            client.Dispose();
    }

    private void Add(string kind, BsonDocument entity)
    {
        var id = entity["id"].AsString;
        switch (kind)
        {
            case "client":
                clients[id] = Client(id, entity);
                break;
            case "database":
                databases[id] = Database(entity);
                break;
            case "collection":
                collections[id] = Collection(entity);
                break;
            default:
                throw new CrudUnsupportedException($"entity {kind}");
        }
    }

    private MongoClient Client(string id, BsonDocument entity)
    {
        var settings = MongoClientSettings.FromConnectionString(TestEngines.RequireMongo());
        settings.ApplicationName = ApplicationName;
        foreach (var option in entity.GetValue("uriOptions", new BsonDocument()).AsBsonDocument)
            Apply(settings, option);
        var seen = events[id] = new ConcurrentQueue<BsonDocument>();
        var observed = entity.GetValue("observeEvents", new BsonArray()).AsBsonArray.Select(name => name.AsString).ToHashSet(StringComparer.Ordinal);
        settings.ClusterConfigurator = cluster =>
        {
            if (observed.Contains("commandStartedEvent"))
                cluster.Subscribe<CommandStartedEvent>(sent => Keep(seen, sent.CommandName, new BsonDocument("commandStartedEvent", new BsonDocument
                {
                    { "command", sent.Command.DeepClone() }, { "commandName", sent.CommandName }, { "databaseName", sent.DatabaseNamespace.DatabaseName },
                })));
            if (observed.Contains("commandSucceededEvent"))
                cluster.Subscribe<CommandSucceededEvent>(answered => Keep(seen, answered.CommandName, new BsonDocument("commandSucceededEvent", new BsonDocument
                {
                    { "reply", answered.Reply?.DeepClone() ?? BsonNull.Value }, { "commandName", answered.CommandName },
                })));
        };
        return new MongoClient(settings);
    }

    private static void Keep(ConcurrentQueue<BsonDocument> seen, string command, BsonDocument kept)
    {
        if (command is not ("hello" or "isMaster" or "ismaster" or "configureFailPoint" or "endSessions"))
            seen.Enqueue(kept);
    }

    private static void Apply(MongoClientSettings settings, BsonElement option)
    {
        switch (option.Name)
        {
            case "retryReads": settings.RetryReads = option.Value.AsBoolean; break;
            case "retryWrites": settings.RetryWrites = option.Value.AsBoolean; break;
            case "w": settings.WriteConcern = new WriteConcern(option.Value.ToInt32()); break;
            case "readConcernLevel": settings.ReadConcern = ReadConcern.FromBsonDocument(new BsonDocument("level", option.Value)); break;
            default: throw new CrudUnsupportedException($"client option {option.Name}");
        }
    }

    private IMongoDatabase Database(BsonDocument entity)
    {
        var settings = new MongoDatabaseSettings();
        foreach (var option in entity.GetValue("databaseOptions", new BsonDocument()).AsBsonDocument)
        {
            if (option.Name == "readPreference") settings.ReadPreference = Preference(option.Value.AsBsonDocument);
            else throw new CrudUnsupportedException($"database option {option.Name}");
        }
        return clients[entity["client"].AsString].GetDatabase(entity["databaseName"].AsString, settings);
    }

    private IMongoCollection<BsonDocument> Collection(BsonDocument entity)
    {
        var settings = new MongoCollectionSettings();
        foreach (var option in entity.GetValue("collectionOptions", new BsonDocument()).AsBsonDocument)
        {
            var given = option.Value.AsBsonDocument;
            if (option.Name == "writeConcern") settings.WriteConcern = WriteConcern.FromBsonDocument(given);
            else if (option.Name == "readConcern") settings.ReadConcern = ReadConcern.FromBsonDocument(given);
            else if (option.Name == "readPreference") settings.ReadPreference = Preference(given);
            else throw new CrudUnsupportedException($"collection option {option.Name}");
        }
        return databases[entity["database"].AsString].GetCollection<BsonDocument>(entity["collectionName"].AsString, settings);
    }

    private static ReadPreference Preference(BsonDocument given) => given.TryGetValue("maxStalenessSeconds", out var seconds)
        ? new ReadPreference(Enum.Parse<ReadPreferenceMode>(given["mode"].AsString, ignoreCase: true), maxStaleness: TimeSpan.FromSeconds(seconds.ToInt32()))
        : new ReadPreference(Enum.Parse<ReadPreferenceMode>(given["mode"].AsString, ignoreCase: true));
}
