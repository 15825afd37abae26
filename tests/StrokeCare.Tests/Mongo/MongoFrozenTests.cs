using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Changes;
using StrokeCare.Mongo;
using StrokeCare.Patients;
using StrokeCare.Tests.Gateway;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Patients.PatientBuilder;

namespace StrokeCare.Tests.Mongo;

/// <summary>A server that still takes connections and answers nobody: the driver takes it for well until its next look at it.</summary>
public sealed class MongoFrozenTests
{
    private static readonly TimeSpan ServiceIsBack = TimeSpan.FromSeconds(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_unavailable_at_once_after_the_first_time_out_and_comes_back_by_itself()
    {
        await using var gateway = await OwnGateway.StartAsync();
        using var changed = new ChangeSignal();
        var database = TestEngines.NewDatabaseName("frozen");
        await using var store = await MongoStore.OpenAsync(gateway.Uri, database, changed, TimeProvider.System, NullLoggerFactory.Instance, Ct);
        try
        {
            var patient = APatient();
            await store.Patients.AddAsync(patient, patient.AsChange(), Ct);
            await gateway.FreezeAsync();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Patients.FindAsync(patient.Id, Ct));
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < 20; i++) await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Patients.FindAsync(patient.Id, Ct));
            Assert.True(clock.Elapsed < ServiceIsBack, $"20 answers took {clock.Elapsed}: the breaker is not open");

            await gateway.ThawAsync();
            clock.Restart();
            while (!await AnswersAsync(store, patient.Id)) Assert.True(clock.Elapsed < ServiceIsBack, $"no answer {clock.Elapsed} after it went on");
        }
        finally
        {
            await gateway.ThawAsync();
            await gateway.Client.DropDatabaseAsync(database, CancellationToken.None);
        }
    }

    private static async Task<bool> AnswersAsync(MongoStore store, PatientId id)
    {
        try
        {
            return await store.Patients.FindAsync(id, Ct) is not null;
        }
        catch (StoreUnavailableException)
        {
            await Task.Delay(20, Ct);
            return false;
        }
    }
}
