using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;

namespace StrokeCare.Mongo.Changes;

/// <summary>The fields by which any document carries its changes until they are in the log.</summary>
internal static class PendingFields
{
    /// <summary>Changes in version order; absent when all are in the log.</summary>
    public const string Pending = "pending";

    /// <summary>When the oldest pending change came; absent with <see cref="Pending"/>.</summary>
    public const string Since = "pending_since";

    /// <summary>Which call wrote last: after a lost connection the caller finds out whether it was itself.</summary>
    public const string LastWrite = "last_write";

    /// <summary>Rises by 1 with each change; absent in documents of older systems.</summary>
    public const string Version = "version";

    public const string ChangeId = "change_id";

    /// <summary>In a pending change: the call that wrote it.</summary>
    public const string Write = "write";

    /// <summary>With so many pending, a document takes no further change: the relay is far behind.</summary>
    public const int Most = 50;

    /// <summary>By which the relay finds what is pending in a collection.</summary>
    public static CreateIndexModel<BsonDocument> Index { get; } = new(
        Builders<BsonDocument>.IndexKeys.Ascending(Since),
        new CreateIndexOptions<BsonDocument> { Name = "pending", PartialFilterExpression = Builders<BsonDocument>.Filter.Exists(Since) });
}

/// <summary>A change as it waits in <c>pending</c>.</summary>
internal static class ChangeDocument
{
    private static BsonDocument Of(Change change, ObjectId write)
    {
        var document = new BsonDocument();
        foreach (var (name, value) in Fields(change))
        {
            if (value is not null) document.Add(name, value);
        }

        document.Add(PendingFields.Write, write);
        return document;
    }

    /// <summary>Into a new document.</summary>
    public static void AddTo(BsonDocument document, Change change, ObjectId write, DateTimeOffset now)
    {
        document.Add(PendingFields.Pending, new BsonArray { Of(change, write) });
        document.Add(PendingFields.Since, BsonFields.Of(now));
        document.Add(PendingFields.LastWrite, write);
    }

    /// <summary>Into a stored document, as a part of the update that makes the change.</summary>
    public static UpdateDefinition<BsonDocument> Push(Change change, ObjectId write, DateTimeOffset now) => Builders<BsonDocument>.Update
        .Push(PendingFields.Pending, Of(change, write))
        .Min(PendingFields.Since, BsonFields.Of(now))
        .Set(PendingFields.LastWrite, write);

    public static Change Read(BsonDocument document) => new()
    {
        ChangeId = document[PendingFields.ChangeId].AsString,
        Action = Required<AuditAction>(document, "action"),
        At = document.Time("at") ?? throw Broken(document, "at"),
        Description = document.Text("description") ?? "",
        Status = Required<AuditStatus>(document, "status"),
        Severity = Required<AuditSeverity>(document, "severity"),
        EntityType = AuditNames.Parse<EntityType>(document.Text("entity_type")),
        EntityId = document.Text("entity_id"),
        EntityVersion = document.Whole("entity_version"),
        ActorId = document.User("actor_id"),
        ActorName = document.Text("actor_name"),
        ActorRole = AuditNames.Parse<Role>(document.Text("actor_role")),
        TargetUserId = document.User("target_user_id"),
        TargetUsername = document.Text("target_username"),
        IpAddress = document.Text("ip_address"),
        UserAgent = document.Text("user_agent"),
        AdditionalData = document.Text("additional_data"),
    };

    private static IEnumerable<(string Name, BsonValue? Value)> Fields(Change change) =>
    [
        (PendingFields.ChangeId, change.ChangeId),
        ("action", change.Action.Wire()),
        ("at", BsonFields.Of(change.At)),
        ("description", change.Description),
        ("status", change.Status.Wire()),
        ("severity", change.Severity.Wire()),
        ("entity_type", BsonFields.Of(change.EntityType?.Wire())),
        ("entity_id", BsonFields.Of(change.EntityId)),
        ("entity_version", change.EntityVersion is { } version ? (BsonInt64)version : null),
        ("actor_id", BsonFields.Of(change.ActorId)),
        ("actor_name", BsonFields.Of(change.ActorName)),
        ("actor_role", BsonFields.Of(change.ActorRole?.Wire())),
        ("target_user_id", BsonFields.Of(change.TargetUserId)),
        ("target_username", BsonFields.Of(change.TargetUsername)),
        ("ip_address", BsonFields.Of(change.IpAddress)),
        ("user_agent", BsonFields.Of(change.UserAgent)),
        ("additional_data", BsonFields.Of(change.AdditionalData)),
    ];

    private static T Required<T>(BsonDocument document, string name)
        where T : struct, Enum => AuditNames.Parse<T>(document.Text(name)) ?? throw Broken(document, name);

    // Losing an audit record silently is worse than a relay that stops and says where.
    private static InvalidDataException Broken(BsonDocument document, string name) =>
        new($"The pending change {document.GetValue(PendingFields.ChangeId, "?")} has no readable {name}.");
}
