using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>What must be unique among accounts, the queries of the list, and the indexes for both: equalities first, then the order of the page.</summary>
internal static class UserIndexes
{
    public const string Username = "username";
    public const string Email = "email";

    /// <summary>MongoDB's own.</summary>
    public const string Id = "_id_";

    private const string List = "list";
    private const string ListOfRole = "list_role";
    private const string ListOfActive = "list_active";
    private const string ListOfRoleAndActive = "list_role_active";

    private const string NameFollows = " index: ";

    private static IndexKeysDefinitionBuilder<BsonDocument> Keys => Builders<BsonDocument>.IndexKeys;

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public static IReadOnlyList<CreateIndexModel<BsonDocument>> OfUsers { get; } =
    [
        new(Keys.Ascending(UserFields.NormalizedUsername), new CreateIndexOptions { Name = Username, Unique = true }),
        new(Keys.Ascending(UserFields.NormalizedEmail), new CreateIndexOptions { Name = Email, Unique = true }),
        Intent(UserFields.ReservedBy),
        Intent(UserFields.RegisteredBy),
        Page(List, Keys.Combine()),
        Page(ListOfRole, Keys.Ascending(UserFields.Role)),
        Page(ListOfActive, Keys.Ascending(UserFields.IsActive)),
        Page(ListOfRoleAndActive, Keys.Ascending(UserFields.Role).Ascending(UserFields.IsActive)),
        PendingFields.Index,
    ];

    /// <summary>Accounts that are more than reserved.</summary>
    public static FilterDefinition<BsonDocument> Real { get; } = Filter.Eq(UserFields.IsReserved, false);

    public static FilterDefinition<BsonDocument> Query(UserFilter filter)
    {
        var query = Real;
        if (filter.Role is { } role) query &= Filter.Eq(UserFields.Role, role.Wire());
        if (filter.IsActive is { } active) query &= Filter.Eq(UserFields.IsActive, active);
        if (filter.Before is { } before) query &= Filter.Lt(UserFields.Id, before.Value);
        return query;
    }

    /// <summary>The index of such a list, to be named in the query, as that of a list of patients is.</summary>
    public static string Of(UserFilter filter) => (filter.Role, filter.IsActive) switch
    {
        (null, null) => List,
        (_, null) => ListOfRole,
        (null, _) => ListOfActive,
        _ => ListOfRoleAndActive,
    };

    /// <summary>The index that a duplicate key was found in. The server names it before it quotes the key, whose value somebody typed.</summary>
    public static string NameOf(MongoWriteException duplicate)
    {
        var message = duplicate.WriteError.Message;
        var at = message.IndexOf(NameFollows, StringComparison.Ordinal);
        if (at < 0) throw new InvalidOperationException("A duplicate key without the name of its index.", duplicate);
        var name = message[(at + NameFollows.Length)..];
        return name.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end ? name[..end] : name;
    }

    private static CreateIndexModel<BsonDocument> Intent(string field) => new(Keys.Ascending(field), new CreateIndexOptions<BsonDocument>
    {
        Name = field,
        Unique = true,
        PartialFilterExpression = Filter.Exists(field),
    });

    private static CreateIndexModel<BsonDocument> Page(string name, IndexKeysDefinition<BsonDocument> equalities) => new(
        Keys.Combine(equalities, Keys.Ascending(UserFields.IsReserved), Keys.Descending(UserFields.Id)),
        new CreateIndexOptions { Name = name });
}
