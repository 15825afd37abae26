using System.Text.RegularExpressions;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.History;

namespace StrokeCare.Mongo.History;

/// <summary>The query of a search and the index that serves it: the terms, then the patient. Terms lead, so that it finds entries without any too.</summary>
internal static class HistorySearches
{
    public const string Index = "search";

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public static CreateIndexModel<BsonDocument> Model { get; } = new(
        Builders<BsonDocument>.IndexKeys.Ascending(HistoryFields.SearchTerms).Ascending(HistoryFields.PatientId), new CreateIndexOptions { Name = Index });

    public static FilterDefinition<BsonDocument> Query(HistoryMention mention)
    {
        var query = Filter.And(mention.Words.Select(word => Filter.Eq(HistoryFields.SearchTerms, word)));
        return mention.Among is { } among ? query & Filter.In(HistoryFields.PatientId, among.Select(id => id.ToString())) : query;
    }

    // An anchored expression is one stretch of the index; a range of an array is two half ones.
    public static FilterDefinition<BsonDocument> Query(HistorySearch search) => Filter.And(
        search.Words.Select(word => Filter.Eq(HistoryFields.SearchTerms, word))
            .Append(Filter.Regex(HistoryFields.SearchTerms, new BsonRegularExpression("^" + Regex.Escape(search.Begun)))));
}
