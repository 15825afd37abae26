using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Patients;

internal static class PatientTerms
{
    private const string Form = "form";

    private static readonly ProjectionDefinition<BsonDocument> Keys = Builders<BsonDocument>.Projection
        .Include(PatientFields.Version).Include("first_name").Include("last_name").Include(PatientFields.Mrn).Include("date_of_birth").Include("phone");

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    // A tombstone has none and gets none.
    private static FilterDefinition<BsonDocument> Records { get; } = Filter.In(PatientFields.Archived, [BsonBoolean.False, BsonBoolean.True]);

    private static FilterDefinition<BsonDocument> Without { get; } = Filter.Eq(PatientFields.SearchTerms, BsonNull.Value);

    public static LackingTerms LackingIn(PatientCollection patients, NameCollection names) => new(patients.Documents, Without & Records, Keys, document => Fill(document, Without))
    {
        KeepNamesAsync = found => names.KeepAsync(found.SelectMany(document => SearchNames.Of(KeysOf(document)))),
        Index = PatientSearches.Index,
        BeforeWrite = static () => Failpoint.Hit(MongoFailpoints.TermsBefore),
        AfterWrite = static () => Failpoint.Hit(MongoFailpoints.TermsAfter),
    };

    /// <summary>
    /// Makes all terms anew where they may be of an older form, once: a mark says of which form they are. What dies before it
    /// is set does it all again at the next start; two at once write the same.
    /// </summary>
    public static async Task RenewOlderAsync(PatientCollection patients, NameCollection names, IMongoCollection<BsonDocument> marks, CancellationToken ct)
    {
        var mark = Filter.Eq(PatientFields.Id, PatientFields.SearchTerms);
        if (await marks.Find(mark & Filter.Gte(Form, SearchTerms.Form)).AnyAsync(ct)) return;
        await TermBackfill.RenewAsync(LackingIn(patients, names) with { Fill = document => Fill(document, Records) }, ct);
        try
        {
            await marks.UpdateOneAsync(mark, Builders<BsonDocument>.Update.Max(Form, SearchTerms.Form), new UpdateOptions { IsUpsert = true }, ct);
        }
        catch (MongoWriteException raced) when (MongoOutage.IsDuplicate(raced))
        {
            // Another process was first to say the same.
        }
    }

    private static PatientKeys KeysOf(BsonDocument document) =>
        new(document.Text("first_name"), document.Text("last_name"), document.Text(PatientFields.Mrn), document.Day("date_of_birth"), document.Text("phone"));

    private static UpdateOneModel<BsonDocument> Fill(BsonDocument document, FilterDefinition<BsonDocument> still)
    {
        var guard = Filter.Eq(PatientFields.Id, document[PatientFields.Id]) & Filter.Eq(PatientFields.Version, document.GetValue(PatientFields.Version, BsonNull.Value))
            & still;
        return new(guard, Builders<BsonDocument>.Update.Set(PatientFields.SearchTerms, BsonFields.Of(SearchTerms.Of(KeysOf(document)))));
    }
}
