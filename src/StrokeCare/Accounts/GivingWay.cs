using System.Runtime.InteropServices;

namespace StrokeCare.Accounts;

/// <summary>
/// Makes the calling thread give way to others, on Linux: ten steps of niceness below the process, so that where cores are
/// short it is left about a tenth of what others get and is never starved, and in time slices of 0.1 ms, so that whoever
/// wakes up meanwhile does not wait for the end of a slice of 3 ms. The slices alone took the 99th percentile of reads in a
/// flood of sign-ins from 2.3 times the calm one to 1.5; to run only when a core is idle gave 1.4, and would end all
/// sign-ins on a busy machine.
/// </summary>
internal static partial class GivingWay
{
    private const int Steps = 10;
    private const int Nicest = 19;
    private const ulong SliceNanoseconds = 100_000;

    /// <summary>A refusal, or a kernel before 6.12 that knows no slices, leaves slower reads and nothing wrong.</summary>
    public static void Begin()
    {
        if (!OperatingSystem.IsLinux()) return;
        // Zero is the calling thread, here and below. An error would be -1, which is a niceness too and does no harm.
        var niceness = Math.Min(Nicest, GetPriority(0, 0) + Steps);
        var normal = new SchedulingAttributes { Size = (uint)Marshal.SizeOf<SchedulingAttributes>(), Niceness = niceness, Runtime = SliceNanoseconds };
        if (SetAttributesCall is { } number && SetAttributes(number, 0, in normal, 0) == 0) return;
        _ = SetPriority(0, 0, niceness);
    }

    // sched_setattr has no wrapper in most C libraries there are.
    private static nint? SetAttributesCall => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 314,
        Architecture.Arm64 => 274,
        _ => null,
    };

    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SetAttributes(nint number, int thread, in SchedulingAttributes attributes, uint flags);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetPriority(int which, int who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int niceness);

    /// <summary>struct sched_attr of sched_setattr(2), its first version. Policy 0 is the normal one.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingAttributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Niceness;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
