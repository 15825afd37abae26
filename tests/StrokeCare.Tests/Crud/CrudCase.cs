using MongoDB.Bson;

namespace StrokeCare.Tests.Crud;

/// <summary>One file of cases. Its databases are given names of this run's own, wherever it names them.</summary>
internal sealed class CrudFile
{
    private CrudFile(string name, BsonDocument content) => (Name, Content) = (name, content);

    /// <summary>Without its folder and extension.</summary>
    public string Name { get; }

    public BsonDocument Content { get; }

    public IEnumerable<BsonDocument> Entities => List(Content, "createEntities");

    public IEnumerable<BsonDocument> InitialData => List(Content, "initialData");

    public IEnumerable<BsonDocument> Tests => List(Content, "tests");

    public IReadOnlyCollection<string> Databases { get; private init; } = [];

    public static CrudFile Read(string path)
    {
        var content = BsonDocument.Parse(File.ReadAllText(path));
        var names = List(content, "createEntities").Where(entity => entity.Contains("database")).Select(entity => entity["database"]["databaseName"].AsString)
            .Distinct().Where(name => name != "admin").ToDictionary(name => name, _ => TestEngines.NewDatabaseName("crud"), StringComparer.Ordinal);
        return new CrudFile(Path.GetFileNameWithoutExtension(path), Renamed(content, names).AsBsonDocument) { Databases = names.Values };
    }

    /// <summary>What the case needs and this server is not; null when nothing.</summary>
    public static string? Gate(BsonDocument fileOrTest, Version version, string topology)
    {
        var requirements = List(fileOrTest, "runOnRequirements").ToList();
        return requirements.Count == 0 || requirements.Any(one => IsMet(one, version, topology))
            ? null
            : "it asks for " + string.Join(" or ", requirements.Select(one => one.ToJson()));
    }

    private static bool IsMet(BsonDocument requirement, Version version, string topology) =>
        requirement.Names.All(name => name is "minServerVersion" or "maxServerVersion" or "topologies" or "serverless")
        && (!requirement.TryGetValue("minServerVersion", out var least) || Read(least) <= version)
        && (!requirement.TryGetValue("maxServerVersion", out var most) || Read(most) >= version)
        && (!requirement.TryGetValue("topologies", out var topologies) || topologies.AsBsonArray.Contains(topology))
        && requirement.GetValue("serverless", "forbid") != "require";

    private static Version Read(BsonValue text)
    {
        var parsed = Version.Parse(text.AsString);
        return new Version(parsed.Major, parsed.Minor, Math.Max(parsed.Build, 0));
    }

    private static IEnumerable<BsonDocument> List(BsonDocument document, string name) =>
        document.TryGetValue(name, out var list) ? list.AsBsonArray.Select(item => item.AsBsonDocument) : [];

    private static BsonValue Renamed(BsonValue value, Dictionary<string, string> names) => value switch
    {
        BsonDocument document => new BsonDocument(document.Select(element => new BsonElement(element.Name, Renamed(element.Value, names)))),
        BsonArray array => new BsonArray(array.Select(item => Renamed(item, names))),
        BsonString text when names.TryGetValue(text.Value, out var name) => name,
        _ => value,
    };
}
