using System.Text.RegularExpressions;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.Patients;

/// <summary>The query of a search and the index that serves it: the terms, then the doctor, so that whose a record is gets decided inside it.</summary>
internal static class PatientSearches
{
    public const string Index = "search";

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public static CreateIndexModel<BsonDocument> Model { get; } = new(
        Builders<BsonDocument>.IndexKeys.Ascending(PatientFields.SearchTerms).Ascending(PatientFields.AssignedDoctorId), new CreateIndexOptions { Name = Index });

    /// <summary>Which documents a search finds.</summary>
    public static FilterDefinition<BsonDocument> Query(PatientSearch search)
    {
        var query = Filter.And(search.All.Select(Has));
        if (search.AssignedDoctorId is { } doctor) query &= Filter.Eq(PatientFields.AssignedDoctorId, doctor.Value);
        return query & Filter.Eq(PatientFields.Archived, (BsonBoolean)search.Archived);
    }

    // An anchored expression is one stretch of the index; a range of an array is two half ones.
    private static FilterDefinition<BsonDocument> Has(SearchWord word)
    {
        var values = word.BesidePrefix.Select(term => (BsonValue)term);
        return Filter.In(PatientFields.SearchTerms, word.Prefix is { } begun ? values.Append(new BsonRegularExpression("^" + Regex.Escape(begun))) : values);
    }
}
