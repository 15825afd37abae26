using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Mongo.Patients;

namespace StrokeCare.Mongo.History;

/// <summary>Gives entries the terms they lack, as <see cref="TermBackfill"/> does with records.</summary>
internal sealed class HistoryTermBackfill(HistoryCollection history)
{
    private const int ChunkSize = 500;

    private static readonly ProjectionDefinition<BsonDocument> Texts = Builders<BsonDocument>.Projection
        .Include(HistoryFields.Version).Include(HistoryFields.PatientId).Include(HistoryFields.Diagnosis).Include(HistoryFields.Treatment).Include(HistoryFields.Notes);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static FilterDefinition<BsonDocument> Without { get; } = Filter.Eq(HistoryFields.SearchTerms, BsonNull.Value);

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var found = await history.Documents.Find(Without, new FindOptions { Hint = HistorySearches.Index }).Limit(ChunkSize).Project(Texts).ToListAsync(ct);
            if (found.Count == 0) return;
            Failpoint.Hit(MongoFailpoints.HistoryTermsBefore);
            await history.Documents.BulkWriteAsync(found.Select(Fill), new BulkWriteOptions { IsOrdered = false }, ct);
            Failpoint.Hit(MongoFailpoints.HistoryTermsAfter);
        }
    }

    // An amendment made meanwhile has brought its own terms.
    private static UpdateOneModel<BsonDocument> Fill(BsonDocument document)
    {
        var guard = Filter.Eq(HistoryFields.Id, document[HistoryFields.Id]) & Is(document, HistoryFields.PatientId) & Is(document, HistoryFields.Version) & Without;
        var terms = HistoryTerms.Of(HistoryDocument.ReadText(document, default));
        return new(guard, Builders<BsonDocument>.Update.Set(HistoryFields.SearchTerms, BsonFields.Of(terms)));
    }

    private static FilterDefinition<BsonDocument> Is(BsonDocument document, string field) => Filter.Eq(field, document.GetValue(field, BsonNull.Value));
}
