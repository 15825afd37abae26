using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>The collection and the few reads that its writers share.</summary>
internal sealed class UserCollection(MongoConnection connection)
{
    public const string Name = "users";

    private static readonly ProjectionDefinition<BsonDocument> StateOnly = Builders<BsonDocument>.Projection
        .Include(PendingFields.Version).Include(UserFields.ReservedBy).Include(UserFields.RegisteredBy)
        .Include(PendingFields.LastWrite).Include($"{PendingFields.Pending}.{PendingFields.Write}");

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public MongoConnection Connection => connection;

    public IMongoCollection<BsonDocument> Documents { get; } = connection.Database.GetCollection<BsonDocument>(Name);

    public EntityDocuments Entities => new(EntityType.User, Documents)
    {
        ReadId = text => int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var id) ? (BsonInt32)id : null,
        WriteId = id => new UserId(id.ToInt32()).ToString(),
        Mark = UserFields.IsReserved,
        HasVersions = user => user.GetValue(UserFields.IsReserved, BsonNull.Value) == BsonBoolean.False,
    };

    public static FilterDefinition<BsonDocument> Is(UserId id) => Filter.Eq(UserFields.Id, id.Value);

    public Task<StoredState?> StateAsync(UserId id) => StateAsync(Is(id));

    /// <summary>The account that this intent has reserved, or has made.</summary>
    public async Task<UserId?> OfIntentAsync(string intent)
    {
        foreach (var field in new[] { UserFields.ReservedBy, UserFields.RegisteredBy })
        {
            if (await StateAsync(Filter.Eq(field, intent)) is { } found) return UserDocument.IdOf(found.Document);
        }

        return null;
    }

    private async Task<StoredState?> StateAsync(FilterDefinition<BsonDocument> filter)
    {
        var found = await connection.ReadAsync(ct => Documents.Find(filter).Project(StateOnly).FirstOrDefaultAsync(ct), CancellationToken.None);
        return found is null ? null : new StoredState(found);
    }
}
