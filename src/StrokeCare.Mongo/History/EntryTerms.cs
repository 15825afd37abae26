using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.History;

namespace StrokeCare.Mongo.History;

internal static class EntryTerms
{
    private static readonly ProjectionDefinition<BsonDocument> Texts = Builders<BsonDocument>.Projection
        .Include(HistoryFields.Version).Include(HistoryFields.PatientId).Include(HistoryFields.Diagnosis).Include(HistoryFields.Treatment).Include(HistoryFields.Notes);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static FilterDefinition<BsonDocument> Without { get; } = Filter.Eq(HistoryFields.SearchTerms, BsonNull.Value);

    public static LackingTerms LackingIn(HistoryCollection history) => new(history.Documents, Without, Texts, Fill)
    {
        Index = HistorySearches.Index,
        BeforeWrite = static () => Failpoint.Hit(MongoFailpoints.HistoryTermsBefore),
        AfterWrite = static () => Failpoint.Hit(MongoFailpoints.HistoryTermsAfter),
    };

    private static UpdateOneModel<BsonDocument> Fill(BsonDocument document)
    {
        var guard = Filter.Eq(HistoryFields.Id, document[HistoryFields.Id]) & Is(document, HistoryFields.PatientId) & Is(document, HistoryFields.Version) & Without;
        var terms = HistoryTerms.Of(HistoryDocument.ReadText(document, default));
        return new(guard, Builders<BsonDocument>.Update.Set(HistoryFields.SearchTerms, BsonFields.Of(terms)));
    }

    private static FilterDefinition<BsonDocument> Is(BsonDocument document, string field) => Filter.Eq(field, document.GetValue(field, BsonNull.Value));
}
