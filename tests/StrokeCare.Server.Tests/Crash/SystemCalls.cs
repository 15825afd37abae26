using System.Text.RegularExpressions;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>One traced call: the lines of the trace at which it started and ended.</summary>
internal sealed record SystemCall(string Name, string Text, int Started, int Ended)
{
    public bool IsReceive => Name is "recvfrom" or "recvmsg" or "read";

    public bool IsSend => Name is "sendto" or "sendmsg" or "write";

    public bool IsSync => Name is "fdatasync" or "fsync";

    public bool IsWriteAheadLog => Text.Contains("-wal>", StringComparison.Ordinal);
}

/// <summary>What strace -f wrote, with the halves of interrupted lines put together.</summary>
internal sealed partial class SystemCalls
{
    private readonly List<SystemCall> calls = [];

    public static SystemCalls Read(string path)
    {
        var read = new SystemCalls();
        var open = new Dictionary<string, (string Name, string Text, int Line)>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (Begun().Match(line) is { Success: true } begun)
            {
                var (thread, name) = (begun.Groups["thread"].Value, begun.Groups["name"].Value);
                if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal)) open[thread] = (name, line, number);
                else read.calls.Add(new SystemCall(name, line, number, number));
            }
            else if (Resumed().Match(line) is { Success: true } resumed && open.Remove(resumed.Groups["thread"].Value, out var half))
            {
                read.calls.Add(new SystemCall(half.Name, half.Text + line, half.Line, number));
            }
        }

        return read;
    }

    /// <summary>The first call that started after this line and fits; in the order in which they ended.</summary>
    public SystemCall? First(int afterLine, Func<SystemCall, bool> fits) =>
        calls.Find(call => call.Started > afterLine && fits(call));

    /// <summary>Null if the row with this text went to the write-ahead log, the log to the disk, and only then the 201 to the client.</summary>
    public string? FaultOf(string marker)
    {
        var arrived = First(0, call => call.IsReceive && call.Text.Contains(marker, StringComparison.Ordinal));
        if (arrived is null) return "its request is not in the trace";
        var written = First(arrived.Ended, call => call.IsWriteAheadLog && call.Text.Contains(marker, StringComparison.Ordinal));
        if (written is null) return "its row was never written to the write-ahead log";
        var synced = First(written.Ended, call => call.IsSync && call.IsWriteAheadLog);
        if (synced is null) return "the write-ahead log was not synced after its row";
        var answered = First(arrived.Ended, call => call.IsSend && call.Text.Contains("HTTP/1.1 201", StringComparison.Ordinal));
        if (answered is null) return "its 201 is not in the trace";
        return answered.Started > synced.Ended ? null : $"201 was sent at line {answered.Started}, the sync ended at line {synced.Ended}";
    }

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<name>\w+)\(", RegexOptions.ExplicitCapture)]
    private static partial Regex Begun();

    [GeneratedRegex(@"^(?<thread>\d+)\s+<\.\.\. \w+ resumed>", RegexOptions.ExplicitCapture)]
    private static partial Regex Resumed();
}
