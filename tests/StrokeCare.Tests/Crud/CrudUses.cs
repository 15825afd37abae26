using MongoDB.Bson;

namespace StrokeCare.Tests.Crud;

/// <summary>What a case asks of which command, in the words in which the committed list names it: "option collation of update".</summary>
internal static class CrudUses
{
    public static IEnumerable<string> Of(CrudFile file, BsonDocument test) =>
        test["operations"].AsBsonArray.SelectMany(operation => OfOperation(file, operation.AsBsonDocument)).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> OfOperation(CrudFile file, BsonDocument operation)
    {
        var given = operation.GetValue("arguments", new BsonDocument()).AsBsonDocument;
        var name = operation["name"].AsString;
        if (IsUnacknowledged(file, operation["object"].AsString))
            yield return $"option writeConcern w:0 of {Command(name)}";
        foreach (var option in given.Names)
            yield return $"option {option} of {Command(name)}";
        if (name != "bulkWrite")
            yield break;
        foreach (var request in given["requests"].AsBsonArray.Select(request => request.AsBsonDocument.GetElement(0)))
        {
            foreach (var option in request.Value.AsBsonDocument.Names)
                yield return $"option {option} of {Command(request.Name)}";
        }
    }

    private static bool IsUnacknowledged(CrudFile file, string target) => file.Entities.Where(entity => entity.Contains("collection")).Select(entity => entity["collection"].AsBsonDocument)
        .Any(collection => collection["id"] == target && collection.GetValue("collectionOptions", new BsonDocument()).AsBsonDocument.TryGetValue("writeConcern", out var concern) && concern["w"] == 0);

    /// <summary>That the driver sends for an operation.</summary>
    private static string Command(string operation) => operation switch
    {
        "insertOne" or "insertMany" => "insert",
        "updateOne" or "updateMany" or "replaceOne" => "update",
        "deleteOne" or "deleteMany" => "delete",
        "findOneAndDelete" or "findOneAndReplace" or "findOneAndUpdate" => "findAndModify",
        "findOne" => "find",
        _ => operation,
    };
}
