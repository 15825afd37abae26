using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Patients;

/// <summary>
/// Gives documents the terms they lack because another version or another system wrote them. Terms follow from the record
/// alone, so this is no change of it: no version, nothing pending. Safe to stop, to repeat and to race.
/// </summary>
internal sealed class TermBackfill(PatientCollection patients)
{
    private const int ChunkSize = 500;

    private static readonly ProjectionDefinition<BsonDocument> Keys = Builders<BsonDocument>.Projection
        .Include(PatientFields.Version).Include("first_name").Include("last_name").Include(PatientFields.Mrn).Include("date_of_birth").Include("phone");

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <summary>Absent and null are one key of the index. A tombstone has none and gets none.</summary>
    public static FilterDefinition<BsonDocument> Without { get; } =
        Filter.Eq(PatientFields.SearchTerms, BsonNull.Value) & Filter.In(PatientFields.Archived, [BsonBoolean.False, BsonBoolean.True]);

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var found = await patients.Documents.Find(Without, new FindOptions { Hint = PatientSearches.Index }).Limit(ChunkSize).Project(Keys).ToListAsync(ct);
            if (found.Count == 0) return;
            Failpoint.Hit(MongoFailpoints.TermsBefore);
            await patients.Documents.BulkWriteAsync(found.Select(Fill), new BulkWriteOptions { IsOrdered = false }, ct);
            Failpoint.Hit(MongoFailpoints.TermsAfter);
        }
    }

    // A change made meanwhile has brought its own terms.
    private static UpdateOneModel<BsonDocument> Fill(BsonDocument document)
    {
        var keys = new PatientKeys(document.Text("first_name"), document.Text("last_name"), document.Text(PatientFields.Mrn), document.Day("date_of_birth"), document.Text("phone"));
        var guard = Filter.Eq(PatientFields.Id, document[PatientFields.Id]) & Filter.Eq(PatientFields.Version, document.GetValue(PatientFields.Version, BsonNull.Value))
            & Filter.Eq(PatientFields.SearchTerms, BsonNull.Value);
        return new(guard, Builders<BsonDocument>.Update.Set(PatientFields.SearchTerms, BsonFields.Of(SearchTerms.Of(keys))));
    }
}
