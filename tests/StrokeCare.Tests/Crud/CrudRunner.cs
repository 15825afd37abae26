using System.Diagnostics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Crud;

/// <summary>Runs the cases of one file against the test server; each answers null, or in words what was not as the case says.</summary>
internal sealed class CrudRunner(CrudFile file, CrudEntities entities, MongoClient admin)
{
    /// <summary>How long an unacknowledged write may take to be seen.</summary>
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(3);

    public async Task<string?> RunAsync(BsonDocument test)
    {
        foreach (var data in file.InitialData)
            await FillAsync(data);
        entities.ForgetEvents();
        foreach (var operation in test["operations"].AsBsonArray.Select(item => item.AsBsonDocument))
        {
            if (await MismatchAsync(operation) is { } mismatch)
                return mismatch;
        }
        return MismatchOfEvents(test) ?? await MismatchOfOutcomeAsync(test);
    }

    private async Task FillAsync(BsonDocument data)
    {
        var database = admin.GetDatabase(data["databaseName"].AsString);
        var name = data["collectionName"].AsString;
        await database.DropCollectionAsync(name);
        var documents = data["documents"].AsBsonArray.Select(item => item.AsBsonDocument).ToList();
        if (documents.Count == 0)
            await database.CreateCollectionAsync(name);
        else
            await database.GetCollection<BsonDocument>(name).InsertManyAsync(documents);
    }

    private async Task<string?> MismatchAsync(BsonDocument operation)
    {
        var name = operation["name"].AsString;
        var given = operation.GetValue("arguments", new BsonDocument()).AsBsonDocument;
        if (name == "failPoint")
        {
            await ArmAsync(given["failPoint"].AsBsonDocument);
            return null;
        }
        BsonValue? result;
        try
        {
            result = await CrudOperations.RunAsync(entities, operation["object"].AsString, name, new CrudArguments(name, given));
        }
        catch (Exception error) when (error is MongoException or ArgumentException or NotSupportedException or FormatException or TimeoutException or InvalidOperationException or BsonSerializationException)
        {
            return operation.TryGetValue("expectError", out var expected) ? CrudErrors.Mismatch(expected.AsBsonDocument, error) : $"{name}: {error}";
        }
        if (operation.Contains("expectError"))
            return $"{name} succeeded: {result}";
        return operation.TryGetValue("expectResult", out var wanted) ? CrudMatching.Mismatch(wanted, result ?? BsonNull.Value, path: name) : null;
    }

    private Task<BsonDocument> ArmAsync(BsonDocument point)
    {
        var own = point.DeepClone().AsBsonDocument;
        own["data"].AsBsonDocument["appName"] = entities.ApplicationName;
        return admin.GetDatabase("admin").RunCommandAsync<BsonDocument>(own);
    }

    private string? MismatchOfEvents(BsonDocument test)
    {
        foreach (var expected in test.GetValue("expectEvents", new BsonArray()).AsBsonArray.Select(item => item.AsBsonDocument))
        {
            var seen = entities.Events(expected["client"].AsString);
            var wanted = expected["events"].AsBsonArray;
            if (wanted.Count != seen.Count)
                return $"{seen.Count} events, not {wanted.Count}: {new BsonArray(seen)}";
            for (var i = 0; i < wanted.Count; i++)
            {
                if (MismatchOfEvent(wanted[i].AsBsonDocument, seen[i], i) is { } mismatch)
                    return mismatch;
            }
        }
        return null;
    }

    private static string? MismatchOfEvent(BsonDocument wanted, BsonDocument seen, int index)
    {
        var kind = wanted.GetElement(0).Name;
        if (!seen.Contains(kind))
            return $"event {index} is {seen.GetElement(0).Name}, not {kind}";
        // The command and the reply are roots of their own.
        return wanted[0].AsBsonDocument.Select(member => CrudMatching.Mismatch(member.Value, seen[0][member.Name], path: $"event {index}.{member.Name}"))
            .FirstOrDefault(mismatch => mismatch is not null);
    }

    private async Task<string?> MismatchOfOutcomeAsync(BsonDocument test)
    {
        foreach (var expected in test.GetValue("outcome", new BsonArray()).AsBsonArray.Select(item => item.AsBsonDocument))
        {
            var clock = Stopwatch.StartNew();
            var mismatch = await MismatchOfContentAsync(expected);
            while (mismatch is not null && entities.IsUnacknowledged && clock.Elapsed < SeenWithin)
            {
                await Task.Delay(20);
                mismatch = await MismatchOfContentAsync(expected);
            }
            if (mismatch is not null)
                return mismatch;
        }
        return null;
    }

    private async Task<string?> MismatchOfContentAsync(BsonDocument expected)
    {
        var collection = admin.GetDatabase(expected["databaseName"].AsString).GetCollection<BsonDocument>(expected["collectionName"].AsString);
        var stored = await collection.Find(new BsonDocument()).Sort(new BsonDocument("_id", 1)).ToListAsync();
        return CrudMatching.Mismatch(expected["documents"], new BsonArray(stored), isRoot: false, path: "outcome");
    }
}
