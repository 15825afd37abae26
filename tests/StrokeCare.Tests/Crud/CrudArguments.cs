using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Crud;

/// <summary>An operation's arguments, which remember what was read: one that nobody read would be a case passed without its point.</summary>
internal sealed class CrudArguments(string operation, BsonDocument arguments)
{
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    public BsonValue? Value(string name)
    {
        read.Add(name);
        return arguments.TryGetValue(name, out var value) ? value : null;
    }

    public BsonDocument Document(string name) => Value(name)?.AsBsonDocument ?? [];

    public BsonDocument? Optional(string name) => Value(name)?.AsBsonDocument;

    public bool? Truth(string name) => Value(name)?.ToBoolean();

    public int? Whole(string name) => Value(name)?.ToInt32();

    public string? Text(string name) => Value(name)?.AsString;

    public IEnumerable<BsonDocument> Documents(string name) => Value(name)?.AsBsonArray.Select(item => item.AsBsonDocument) ?? [];

    public Collation? Collation() => Optional("collation") is { } given ? MongoDB.Driver.Collation.FromBsonDocument(given) : null;

    public SortDefinition<BsonDocument>? Sort() => Optional("sort");

    public ProjectionDefinition<BsonDocument, BsonDocument>? Projection() => Optional("projection");

    public ReturnDocument Returns() => Text("returnDocument") == "After" ? ReturnDocument.After : ReturnDocument.Before;

    /// <summary>Null when none are given, as the driver tells that from an empty list.</summary>
    public IEnumerable<ArrayFilterDefinition>? ArrayFilters() => Value("arrayFilters") is BsonArray given
        ? given.Select(filter => (ArrayFilterDefinition)new BsonDocumentArrayFilterDefinition<BsonValue>(filter.AsBsonDocument)).ToList()
        : null;

    public UpdateDefinition<BsonDocument> Update() => Value("update") switch
    {
        BsonArray stages => Builders<BsonDocument>.Update.Pipeline(new BsonDocumentStagePipelineDefinition<BsonDocument, BsonDocument>(stages.Select(stage => stage.AsBsonDocument))),
        var document => new BsonDocumentUpdateDefinition<BsonDocument>(document?.AsBsonDocument ?? []),
    };

    public PipelineDefinition<BsonDocument, BsonDocument> Pipeline() => new BsonDocumentStagePipelineDefinition<BsonDocument, BsonDocument>(Documents("pipeline"));

    public PipelineDefinition<NoPipelineInput, BsonDocument> DatabasePipeline() => new BsonDocumentStagePipelineDefinition<NoPipelineInput, BsonDocument>(Documents("pipeline"));

    /// <exception cref="CrudUnsupportedException">The driver has no such option.</exception>
    public void EnsureAllRead()
    {
        foreach (var name in arguments.Names.Where(name => !read.Contains(name)))
            throw new CrudUnsupportedException($"option {name} of {operation}");
    }
}

/// <summary>An operation, or an option of one, that the driver in use does not have; the committed list must name it.</summary>
internal sealed class CrudUnsupportedException(string what) : Exception(what);
