using MongoDB.Bson;

namespace StrokeCare.Tests.Mongo;

/// <summary>A query without its values: which fields it compares and how, its order, and the index it names.</summary>
internal sealed record QueryShape(string Collection)
{
    private static readonly HashSet<string> Ranges = ["$gt", "$gte", "$lt", "$lte", "$exists"];

    public SortedSet<string> Equal { get; } = new(StringComparer.Ordinal);

    /// <summary>Between bounds; that a field exists is one, of all its values.</summary>
    public SortedSet<string> Ranged { get; } = new(StringComparer.Ordinal);

    /// <summary>What no index narrows.</summary>
    public SortedSet<string> Rest { get; } = new(StringComparer.Ordinal);

    public BsonDocument Sort { get; private init; } = [];

    public string? Hint { get; private init; }

    /// <summary>The queries in a command; none in one that asks for nothing.</summary>
    public static IEnumerable<QueryShape> Of(BsonDocument command)
    {
        var (kind, collection) = (command.GetElement(0).Name, command[0].ToString()!);
        var hint = command.GetValue("hint", BsonNull.Value) is BsonString named ? named.Value : null;
        return kind switch
        {
            "find" => [Of(collection, command.GetValue("filter", new BsonDocument()), command.GetValue("sort", new BsonDocument()), hint)],
            "aggregate" => [Of(collection, command["pipeline"][0].AsBsonDocument.GetValue("$match", new BsonDocument()), new BsonDocument(), hint)],
            "findAndModify" => [Of(collection, command["query"], command.GetValue("sort", new BsonDocument()), hint)],
            "update" or "delete" => command[kind + "s"].AsBsonArray.Select(one => Of(collection, one["q"], new BsonDocument(), null)),
            _ => [],
        };
    }

    /// <summary>
    /// Equality, sort, range: the index begins with fields that are equal or, with nothing to sort, with a range; then come the
    /// fields of the order, so that nothing is sorted; only what is filtered within it may be anywhere.
    /// </summary>
    public bool IsServedBy(BsonDocument index)
    {
        if (index.TryGetValue("partialFilterExpression", out var part) && !part.AsBsonDocument.Names.All(name => Equal.Contains(name) || Ranged.Contains(name))) return false;
        var keys = index["key"].AsBsonDocument.Elements.ToList();
        var leading = keys.TakeWhile(key => Equal.Contains(key.Name)).Count();
        var isBound = leading > 0 || Ranged.Contains(keys[0].Name);
        var order = Sort.Elements.Where(field => !Equal.Contains(field.Name)).ToList();
        if (order.Count == 0) return isBound;
        var ordered = keys.Skip(leading).Take(order.Count).ToList();
        if (!ordered.Select(key => key.Name).SequenceEqual(order.Select(field => field.Name))) return false;
        if (ordered.Zip(order).Select(pair => pair.First.Value.ToInt32() * pair.Second.Value.ToInt32()).Distinct().Count() != 1) return false;
        // In the order of an index that nothing narrows a page is read from its beginning: what is filtered has to be in it.
        return isBound || Equal.Concat(Ranged).Concat(Rest).All(field => keys.Any(key => key.Name == field));
    }

    public override string ToString() =>
        $"{Collection}: equal ({string.Join(", ", Equal)}) range ({string.Join(", ", Ranged)}) rest ({string.Join(", ", Rest)}) sort {Sort} hint {Hint ?? "none"}";

    private static QueryShape Of(string collection, BsonValue filter, BsonValue sort, string? hint)
    {
        // The command is gone when it has been sent.
        var shape = new QueryShape(collection) { Sort = new(sort.AsBsonDocument.Elements), Hint = hint };
        shape.Add(filter.AsBsonDocument);
        return shape;
    }

    private void Add(BsonDocument filter)
    {
        foreach (var (name, value) in filter.Elements.Select(element => (element.Name, element.Value)))
        {
            if (name == "$and") foreach (var part in value.AsBsonArray) Add(part.AsBsonDocument);
            else if (name[0] == '$') Rest.Add(name);
            else if (value is BsonDocument { ElementCount: > 0 } operators && operators.GetElement(0).Name[0] == '$') foreach (var one in operators) Add(name, one);
            else if (value is BsonRegularExpression) Ranged.Add(name);
            else Equal.Add(name);
        }
    }

    private void Add(string name, BsonElement comparison)
    {
        if (comparison.Name is "$eq" or "$in") Equal.Add(name);
        else if (Ranges.Contains(comparison.Name) && comparison.Value != BsonBoolean.False) Ranged.Add(name);
        else if (comparison.Name == "$regex") Ranged.Add(name);
        else Rest.Add(name);
    }
}
