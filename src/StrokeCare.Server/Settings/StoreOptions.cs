using StrokeCare.Appointments;
using StrokeCare.Sql;

namespace StrokeCare.Server.Settings;

/// <summary>Which stores keep what. Another pair of stores is another clinic: the deployment ids say so at start.</summary>
internal sealed record StoreOptions
{
    public const string TimeZoneSetting = "CLINIC_TIME_ZONE";

    private const string InstanceForm = "sqlite:///instance/";

    public required string DatabaseUrl { get; init; }

    /// <summary>The role that owns the tables on PostgreSQL, used only to migrate; null when it is the portal's own.</summary>
    public required string? OwnerUrl { get; init; }

    /// <summary>Clinical records in MongoDB.</summary>
    public required bool UseMongoDb { get; init; }

    /// <summary>Accounts in MongoDB; sessions stay relational.</summary>
    public required bool UseMongoDbUsers { get; init; }

    public bool UsesMongo => UseMongoDb || UseMongoDbUsers;

    /// <summary>An operator looks at MongoDB as it is found: nothing is created in it on opening, and what a portal would refuse is told instead.</summary>
    public bool MongoAsFound { get; init; }

    public required string MongoUri { get; init; }

    public required string MongoDbName { get; init; }

    /// <summary>The clinic's wall clock: stored appointments are told by it, so the deployment remembers which it is.</summary>
    public required ClinicClock Clock { get; init; }

    public static StoreOptions From(IConfiguration settings, InstanceOptions instance) => new()
    {
        DatabaseUrl = Located(settings.Text(RelationalUrl.Setting) ?? RelationalUrl.Default, instance),
        OwnerUrl = settings.Text("DATABASE_OWNER_URL"),
        UseMongoDb = settings.Flag("USE_MONGODB"),
        UseMongoDbUsers = settings.Flag("USE_MONGODB_USERS"),
        MongoUri = MongoAddress(settings.Text("MONGO_URI") ?? "mongodb://localhost:27017/"),
        Clock = ClinicClock.TryOpen(settings.Text(TimeZoneSetting) ?? "UTC", out var clock)
            ? clock
            : throw new SettingException(TimeZoneSetting, "is the IANA name of a time zone, such as Europe/London."),
        MongoDbName = settings.Text("MONGO_DB_NAME") ?? "stroke_care",
    };

    /// <summary>For the line at start: which engines, no addresses.</summary>
    public string Describe()
    {
        var engine = RelationalUrl.Parse(DatabaseUrl).EngineName;
        return (UseMongoDb, UseMongoDbUsers) switch
        {
            (false, false) => engine,
            (true, false) => $"{engine} + mongodb",
            (false, true) => $"{engine} + mongodb for accounts",
            (true, true) => $"{engine} + mongodb, also for accounts",
        };
    }

    /// <summary>What the deployment records once and for all; other stores than those would fork its data.</summary>
    public string StoresOf(string engine) => (UseMongoDb, UseMongoDbUsers) switch
    {
        (false, false) => engine,
        (true, false) => $"{engine}+mongodb",
        (false, true) => $"{engine}+mongodb:users",
        (true, true) => $"{engine}+mongodb:patients,users",
    };

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
