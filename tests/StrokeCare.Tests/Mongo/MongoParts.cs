using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Mongo.Patients;

namespace StrokeCare.Tests.Mongo;

/// <summary>The parts of the store one by one on a connection of their own, for what can only be seen between two of their steps.</summary>
internal sealed class MongoParts : IAsyncDisposable
{
    private readonly ChangeSignal changed = new();
    private readonly MongoConnection connection;

    public MongoParts(string databaseName, TimeProvider time, TimeProvider timeOfDead)
    {
        connection = new MongoConnection(MongoAddress.Read(TestEngines.RequireMongo()), databaseName, TimeProvider.System, NullLogger<MongoConnection>.Instance);
        var patients = new PatientCollection(connection);
        Keys = new UniqueKeys(connection, time);
        Dead = new DeadClaims(patients, Keys, timeOfDead);
        Updates = new UpdatePatients(patients, new NameCollection(connection), Keys, Dead, changed, time);
    }

    public UniqueKeys Keys { get; }

    public DeadClaims Dead { get; }

    public UpdatePatients Updates { get; }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        changed.Dispose();
    }
}
