using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Crud;

/// <summary>An expected error against the driver's exception.</summary>
internal static class CrudErrors
{
    public static string? Mismatch(BsonDocument expected, Exception error) => expected
        .Select(member => Mismatch(member, error)).FirstOrDefault(mismatch => mismatch is not null) is { } mismatch ? $"{mismatch}; the error is {error}" : null;

    private static string? Mismatch(BsonElement expected, Exception error) => expected.Name switch
    {
        "isError" => null,
        "isClientError" => expected.Value.AsBoolean == IsClientError(error) ? null : $"a client's error: {IsClientError(error)}",
        "errorContains" => error.Message.Contains(expected.Value.AsString, StringComparison.OrdinalIgnoreCase) ? null : $"the message does not contain {expected.Value}",
        "errorCode" => CodeOf(error) == expected.Value.ToInt32() ? null : $"the code is {CodeOf(error)}",
        "errorCodeName" => (error as MongoCommandException)?.CodeName == expected.Value.AsString ? null : $"the code's name is not {expected.Value}",
        "errorLabelsContain" => expected.Value.AsBsonArray.All(label => HasLabel(error, label.AsString)) ? null : "a label is missing",
        "errorLabelsOmit" => !expected.Value.AsBsonArray.Any(label => HasLabel(error, label.AsString)) ? null : "a label is there",
        "expectResult" => error is MongoBulkWriteException<BsonDocument> bulk ? CrudMatching.Mismatch(expected.Value, CrudWrites.Told(bulk.Result), path: "partial result") : "there is no partial result",
        "errorResponse" => CrudMatching.Mismatch(expected.Value, Response(error), path: "response"),
        _ => throw new CrudUnsupportedException($"expectError {expected.Name}"),
    };

    /// <summary>Refused by the driver, before or without an answer of the server.</summary>
    private static bool IsClientError(Exception error) => error is not MongoServerException;

    private static int? CodeOf(Exception error) => error switch
    {
        MongoCommandException command => command.Code,
        MongoWriteException write => write.WriteError?.Code ?? write.WriteConcernError?.Code,
        MongoBulkWriteException bulk => bulk.WriteErrors.Count > 0 ? bulk.WriteErrors[0].Code : bulk.WriteConcernError?.Code,
        MongoExecutionTimeoutException timeout => timeout.Code,
        _ => null,
    };

    private static BsonDocument? Response(Exception error) => error switch
    {
        MongoCommandException command => command.Result,
        // The driver keeps no reply of a failed write, only what was in it.
        MongoWriteException { WriteError: { } one } => new BsonDocument { { "code", one.Code }, { "errInfo", one.Details ?? [] } },
        MongoBulkWriteException { WriteErrors: [var first, ..] } => new BsonDocument { { "code", first.Code }, { "errInfo", first.Details ?? [] } },
        _ => null,
    };

    private static bool HasLabel(Exception error, string label) => error is MongoException told && told.HasErrorLabel(label);
}
