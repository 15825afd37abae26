using StrokeCare.Sql;

namespace StrokeCare.Server.Settings;

/// <summary>Which stores keep what. Another pair of stores is another clinic: the deployment ids say so at start.</summary>
internal sealed record StoreOptions
{
    private const string InstanceForm = "sqlite:///instance/";

    public required string DatabaseUrl { get; init; }

    /// <summary>The role that owns the tables on PostgreSQL, used only to migrate; null when it is the portal's own.</summary>
    public required string? OwnerUrl { get; init; }

    public required bool UseMongoDb { get; init; }

    public required string MongoUri { get; init; }

    public required string MongoDbName { get; init; }

    public static StoreOptions From(IConfiguration settings, InstanceOptions instance)
    {
        if (settings.Flag("USE_MONGODB_USERS"))
            throw new SettingException("USE_MONGODB_USERS", "accounts in MongoDB are not there yet; leave it false.");
        return new()
        {
            DatabaseUrl = Located(settings.Text(RelationalUrl.Setting) ?? RelationalUrl.Default, instance),
            OwnerUrl = settings.Text("DATABASE_OWNER_URL"),
            UseMongoDb = settings.Flag("USE_MONGODB"),
            MongoUri = MongoAddress(settings.Text("MONGO_URI") ?? "mongodb://localhost:27017/"),
            MongoDbName = settings.Text("MONGO_DB_NAME") ?? "stroke_care",
        };
    }

    /// <summary>For the line at start: which engines, no addresses.</summary>
    public string Describe()
    {
        var engine = RelationalUrl.Parse(DatabaseUrl).EngineName;
        return UseMongoDb ? $"{engine} + mongodb" : engine;
    }

    // The seed's relative form means the instance directory, wherever that is.
    private static string Located(string url, InstanceOptions instance)
    {
        if (url.StartsWith(InstanceForm, StringComparison.OrdinalIgnoreCase))
            url = $"sqlite:///{string.Join('/', Path.Combine(instance.Directory, url[InstanceForm.Length..]).Split('/').Select(Uri.EscapeDataString))}";
        try
        {
            RelationalUrl.Parse(url);
            return url;
        }
        catch (FormatException unreadable)
        {
            // The message begins with the setting's name, as this exception's will.
            throw new SettingException(RelationalUrl.Setting, unreadable.Message[RelationalUrl.Setting.Length..].TrimStart());
        }
    }

    private static string MongoAddress(string uri) =>
        uri.StartsWith("mongodb://", StringComparison.Ordinal) || uri.StartsWith("mongodb+srv://", StringComparison.Ordinal)
            ? uri
            : throw new SettingException("MONGO_URI", "begins with mongodb:// or mongodb+srv://.");
}
