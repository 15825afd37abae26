using StrokeCare.Tests;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>kill -9 cannot show a missing fdatasync: the kernel still has the pages. So the system calls are counted.</summary>
public sealed class DurableAnswerTests
{
    private const int Requests = 25;
    private const string Strace = "/usr/bin/strace";

    [Fact]
    public async Task No_201_leaves_before_its_row_is_written_and_synced()
    {
        CrashSettings.SkipUnlessAsked(StorePair.Sqlite);
        TestEngines.RequireOrSkip(File.Exists(Strace) ? Strace : null, "strace");
        await using var lane = new CrashLane(StorePair.Sqlite);
        await lane.RoundAsync("system calls around a 201", CrashSettings.FirstSeed, async (round, random) =>
        {
            var trace = Path.Combine(round.Instance, "strace.txt");
            var server = await round.StartAsync(
                Strace, "-f", "-y", "-s", "5000", "-o", trace,
                "-e", "trace=pwrite64,fdatasync,fsync,recvfrom,recvmsg,read,sendto,sendmsg,write");
            var markers = await RegisterOneByOneAsync(server, round, random);
            await server.KillAsync();
            var calls = SystemCalls.Read(trace);
            foreach (var marker in markers)
            {
                if (calls.FaultOf(marker) is { } fault) round.Violation($"{marker}: {fault}");
            }

            await round.CheckAsync();
        });
        await lane.ConcludeAsync($"server with {Requests} answers traced to their fdatasync");
    }

    /// <summary>A sequential client without keys: the only commit a 201 can wait for is that of its own row.</summary>
    private static async Task<List<string>> RegisterOneByOneAsync(ServerProcess server, CrashRound round, Random random)
    {
        using var http = new PatientClient(server.Address, round.SignIns);
        var markers = new List<string>();
        for (var i = 0; i < Requests; i++)
        {
            var patient = round.Workload.NewPatient(random) with { Keyless = true };
            round.Ledger.Wants(patient);
            var answer = await http.RegisterAsync(patient);
            Assert.Equal(201, answer.Status);
            round.Ledger.Registered(patient, answer.Id, "first");
            markers.Add(patient.Marker);
        }

        return markers;
    }
}
