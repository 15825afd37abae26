using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Tests.Crud;

/// <summary>
/// The drivers' public CRUD cases. They are not ours to ship, so they are read where they lie (<see cref="PublicData"/>, as <c>mongodb-crud</c>);
/// on a machine without them this test says so and holds nothing.
/// What must pass, and what does not apply and why, is in the two lists beside this file.
/// </summary>
public sealed class CrudCaseTests(ITestOutputHelper output)
{
    private const int AtOnce = 3;

    [Fact]
    public async Task Every_case_passes_that_the_lists_do_not_except()
    {
        if (CrudCaseLists.Folder() is not { } folder)
        {
            Say($"NOTICE: the driver's CRUD cases are not on this machine ({PublicData.Variable}): none was run.");
            return;
        }
        var admin = new MongoClient(TestEngines.RequireMongo());
        var server = await CrudServer.AskAsync(admin);
        var lists = CrudCaseLists.Read();
        var outcomes = new ConcurrentDictionary<string, CrudOutcome>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal), new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (path, _) => await RunFileAsync(CrudFile.Read(path), server, admin, lists, outcomes));

        foreach (var (name, outcome) in outcomes.Where(pair => pair.Value.Kind is CrudKind.Failed or CrudKind.Unsupported).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine(outcome.Kind == CrudKind.Failed ? $"FAILED {name}: {outcome.Why}" : $"not applicable by {outcome.Listed}: {name}");
        Say(lists.Summary(outcomes));
        lists.WriteIfAsked(outcomes);
        Assert.Empty(lists.Complaints(outcomes));
    }

    private static async Task RunFileAsync(CrudFile file, CrudServer server, MongoClient admin, CrudCaseLists lists, ConcurrentDictionary<string, CrudOutcome> outcomes)
    {
        var ofFile = CrudFile.Gate(file.Content, server.Version, server.Topology);
        CrudEntities? entities = null;
        try
        {
            foreach (var test in file.Tests)
            {
                var name = $"{file.Name}: {test["description"]}";
                var gate = ofFile ?? CrudFile.Gate(test, server.Version, server.Topology);
                outcomes[name] = gate is null ? (await RunAsync(file, entities ??= CrudEntities.Create(file), admin, test)).Under(lists, CrudUses.Of(file, test)) : new CrudOutcome(CrudKind.Gated, gate);
            }
        }
        finally
        {
            entities?.Dispose();
            if (entities is not null)
            {
                foreach (var database in file.Databases)
                    await admin.DropDatabaseAsync(database);
            }
        }
    }

    private static async Task<CrudOutcome> RunAsync(CrudFile file, CrudEntities entities, MongoClient admin, BsonDocument test)
    {
        try
        {
            var mismatch = await new CrudRunner(file, entities, admin).RunAsync(test);
            return new CrudOutcome(mismatch is null ? CrudKind.Passed : CrudKind.Failed, mismatch ?? "");
        }
        catch (CrudUnsupportedException unsupported)
        {
            return new CrudOutcome(CrudKind.Failed, $"the driver or this runner has no {unsupported.Message}") { Lacks = unsupported.Message };
        }
        catch (Exception error) when (error is MongoException or TimeoutException or InvalidOperationException)
        {
            // Before an operation or after it: the data could not be laid out, or what is stored cannot be read.
            return new CrudOutcome(CrudKind.Failed, error.ToString());
        }
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage(line);
        Console.WriteLine(line);
    }
}
