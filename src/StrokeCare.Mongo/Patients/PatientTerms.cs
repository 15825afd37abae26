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
    private static FilterDefinition<BsonDocument> Without { get; } =
        Filter.Eq(PatientFields.SearchTerms, BsonNull.Value) & Filter.In(PatientFields.Archived, [BsonBoolean.False, BsonBoolean.True]);

    public static LackingTerms LackingIn(PatientCollection patients, NameCollection names) => new(patients.Documents, Without, Keys, Fill)
    {
        KeepNamesAsync = found => names.KeepAsync(found.SelectMany(document => SearchNames.Of(KeysOf(document)))),
        Index = PatientSearches.Index,
        BeforeWrite = static () => Failpoint.Hit(MongoFailpoints.TermsBefore),
        AfterWrite = static () => Failpoint.Hit(MongoFailpoints.TermsAfter),
    };

    /// <summary>Forgets all terms of an older form, once: these are made anew. Whatever dies before the mark is set, the next start forgets them again.</summary>
    public static async Task ForgetOlderAsync(PatientCollection patients, IMongoCollection<BsonDocument> marks, CancellationToken ct)
    {
        var mark = Filter.Eq(PatientFields.Id, PatientFields.SearchTerms);
        if (await marks.Find(mark & Filter.Gte(Form, SearchTerms.Form)).AnyAsync(ct)) return;
        await patients.Documents.UpdateManyAsync(
            Filter.Exists(PatientFields.SearchTerms), Builders<BsonDocument>.Update.Unset(PatientFields.SearchTerms), null, ct);
        await marks.UpdateOneAsync(mark, Builders<BsonDocument>.Update.Max(Form, SearchTerms.Form), new UpdateOptions { IsUpsert = true }, ct);
    }

    private static PatientKeys KeysOf(BsonDocument document) =>
        new(document.Text("first_name"), document.Text("last_name"), document.Text(PatientFields.Mrn), document.Day("date_of_birth"), document.Text("phone"));

    private static UpdateOneModel<BsonDocument> Fill(BsonDocument document)
    {
        var guard = Filter.Eq(PatientFields.Id, document[PatientFields.Id]) & Filter.Eq(PatientFields.Version, document.GetValue(PatientFields.Version, BsonNull.Value))
            & Filter.Eq(PatientFields.SearchTerms, BsonNull.Value);
        return new(guard, Builders<BsonDocument>.Update.Set(PatientFields.SearchTerms, BsonFields.Of(SearchTerms.Of(KeysOf(document)))));
    }
}
