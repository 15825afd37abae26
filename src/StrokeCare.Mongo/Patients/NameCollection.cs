using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Patients;

/// <summary>
/// <c>patient_names</c>: the names that records have, each with its forms. A name is kept before the record that has it is
/// written; one whose record then is not written harms nobody.
/// </summary>
internal sealed class NameCollection(MongoConnection connection)
{
    public const string Name = "patient_names";

    private const string Forms = "forms";

    private readonly IMongoCollection<BsonDocument> documents = connection.Database.GetCollection<BsonDocument>(Name);

    private readonly KeptNames kept = new();

    public static IReadOnlyList<CreateIndexModel<BsonDocument>> Indexes { get; } =
        [new(Builders<BsonDocument>.IndexKeys.Ascending(Forms), new CreateIndexOptions { Name = Forms })];

    /// <summary>Keeps the names of records that are about to be written.</summary>
    /// <exception cref="StoreUnavailableException">No answer; nothing rests on the names yet.</exception>
    public async Task KeepAsync(IEnumerable<string> names)
    {
        var lacking = kept.Lacking(names);
        if (lacking.Count == 0) return;
        Failpoint.Hit(MongoFailpoints.NamesBeforeInsert);
        try
        {
            await connection.WriteAsync(async ct =>
            {
                await documents.InsertManyAsync(lacking.Select(Document), new InsertManyOptions { IsOrdered = false }, ct);
                return true;
            });
        }
        catch (MongoBulkWriteException<BsonDocument> there) when (MongoOutage.IsDuplicatesOnly(there))
        {
            // Another process kept some of them: a name is the same whoever keeps it.
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            throw MongoConnection.Unavailable("did not answer to new names", outage);
        }

        Failpoint.Hit(MongoFailpoints.NamesAfterInsert);
        kept.Add(lacking);
    }

    public async Task<IReadOnlyList<string>> LikeAsync(IEnumerable<string> words, CancellationToken ct)
    {
        var forms = SearchNames.FormsToAsk(words);
        if (forms.Count == 0) return [];
        var found = await connection.ReadAsync(
            token => documents.Find(Builders<BsonDocument>.Filter.In(Forms, forms)).Limit(SearchNames.MostRead)
                .Project(Builders<BsonDocument>.Projection.Include("_id")).ToListAsync(token),
            ct);
        return found.ConvertAll(document => document["_id"].AsString);
    }

    private static BsonDocument Document(string name) => new() { { "_id", name }, { Forms, new BsonArray(SearchNames.Forms(name)) } };
}
