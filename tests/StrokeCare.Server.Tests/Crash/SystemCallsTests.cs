namespace StrokeCare.Server.Tests.Crash;

public sealed class SystemCallsTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void Halves_of_an_interrupted_call_are_put_together_with_where_it_began_and_ended()
    {
        File.WriteAllLines(file,
        [
            "11 fdatasync(45</tmp/a.db-wal> <unfinished ...>",
            """12 sendto(71<socket:[1]>, "HTTP/1.1 201 Created", 20, 0, NULL, 0) = 20""",
            "11 <... fdatasync resumed>) = 0",
            "+++ exited with 0 +++",
        ]);
        var calls = SystemCalls.Read(file);
        var sync = calls.First(0, call => call is { IsSync: true, IsWriteAheadLog: true });
        var sent = calls.First(0, call => call.IsSend && call.Text.Contains("201", StringComparison.Ordinal));
        Assert.Equal((1, 3), (sync!.Started, sync.Ended));
        Assert.Equal((2, 2), (sent!.Started, sent.Ended));
    }

    [Fact]
    public void A_201_after_the_sync_of_its_row_is_right() => Assert.Null(Trace(Arrival, Write, Sync, Answer).FaultOf("r1-1."));

    [Fact]
    public void A_201_before_the_sync_of_its_row_is_found() =>
        Assert.Equal("201 was sent at line 3, the sync ended at line 4", Trace(Arrival, Write, Answer, Sync).FaultOf("r1-1."));

    [Fact]
    public void A_201_while_the_sync_is_under_way_is_found() => Assert.Equal(
        "201 was sent at line 4, the sync ended at line 5",
        Trace(Arrival, Write, "11 fdatasync(45</tmp/a.db-wal> <unfinished ...>", Answer, "11 <... fdatasync resumed>) = 0").FaultOf("r1-1."));

    [Fact]
    public void A_sync_of_another_file_or_before_the_row_is_none() => Assert.Equal(
        "the write-ahead log was not synced after its row",
        Trace(Arrival, Sync, Write, Sync.Replace("a.db-wal", "checkpoints.jsonl", StringComparison.Ordinal), Answer).FaultOf("r1-1."));

    private const string Arrival = """12 recvmsg(71<socket:[1]>, {msg_iov=[{iov_base="POST /api/patients/register r1-1."}]}, 0) = 40""";
    private const string Write = """11 pwrite64(45</tmp/a.db-wal>, "r1-1.", 5, 0) = 5""";
    private const string Sync = "11 fdatasync(45</tmp/a.db-wal>) = 0";
    private const string Answer = """12 sendto(71<socket:[1]>, "HTTP/1.1 201 Created", 20, 0, NULL, 0) = 20""";

    private SystemCalls Trace(params string[] lines)
    {
        File.WriteAllLines(file, lines);
        return SystemCalls.Read(file);
    }

    public void Dispose() => File.Delete(file);
}
