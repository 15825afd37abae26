using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StrokeCare.Bench;

/// <summary>What the numbers were measured on. Every durable write waits for the disk, so its price stands beside them.</summary>
internal sealed record Machine
{
    public required string Cpu { get; init; }

    public required int Cores { get; init; }

    public required string Kernel { get; init; }

    public required double MemoryGiB { get; init; }

    public required string Runtime { get; init; }

    /// <summary>The load average of the last minute before the run: above 0.5 something else was running.</summary>
    public required string Load { get; init; }

    /// <summary>Microseconds to write 4 KB and have them on disk (fdatasync): median and 99th percentile.</summary>
    public required (double P50, double P99) Sync { get; init; }

    public static Machine Look(string folder, TimeProvider time) => new()
    {
        Cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown",
        Cores = Environment.ProcessorCount,
        Kernel = $"{File.ReadAllText("/proc/sys/kernel/osrelease").Trim()} ({RuntimeInformation.OSArchitecture})",
        MemoryGiB = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30),
        Runtime = RuntimeInformation.FrameworkDescription,
        Load = File.ReadAllText("/proc/loadavg").Split(' ')[0],
        Sync = MeasureSync(folder, time),
    };

    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"""
        | | |
        |---|---|
        | CPU | {Cpu}, {Cores} cores |
        | Memory | {MemoryGiB:0} GiB |
        | Kernel | Linux {Kernel} |
        | Runtime | {Runtime}, Release build |
        | Load before the run | {Load} |
        | 4 KB written and on disk (`fdatasync`) | p50 {Sync.P50:0} µs, p99 {Sync.P99:0} µs |
        """);

    // Over a file that is already there at its full length, as a write-ahead log is once it has been through one round.
    private static (double P50, double P99) MeasureSync(string folder, TimeProvider time)
    {
        const int Block = 4096, Blocks = 1024;
        var path = Path.Combine(folder, "sync.bin");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
        RandomAccess.Write(file, new byte[Block * Blocks], 0);
        RandomAccess.FlushToDisk(file);
        var page = new byte[Block];
        Random.Shared.NextBytes(page);
        var took = new double[Blocks];
        for (var i = 0; i < Blocks; i++)
        {
            var began = time.GetTimestamp();
            RandomAccess.Write(file, page, (long)i * Block);
            if (FdataSync(file) != 0) throw new IOException("fdatasync failed.");
            took[i] = time.GetElapsedTime(began).TotalMicroseconds;
        }

        return (Statistics.Percentile(took, 50), Statistics.Percentile(took, 99));
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FdataSync(SafeFileHandle file);
}
