using System.Diagnostics;
using System.Runtime.InteropServices;
using Clew.Load.Measuring;

namespace Clew.Load.Limits;

/// <summary>What the disk does by itself: the load's bytes written over a file that is there already, an fdatasync after each group.</summary>
internal static partial class SyncedWrites
{
    private const int FileBytes = 64 << 20;

    /// <summary>Returns the sync times; the rate is the bytes over their wall time.</summary>
    /// <param name="directory">On the disk in question.</param>
    /// <param name="payload">Written again and again.</param>
    /// <param name="perSync">Payloads to a sync.</param>
    /// <param name="total">Payloads in all.</param>
    public static (Percentiles Syncs, double BytesPerSecond, double CpuSeconds) Run(string directory, byte[] payload, int perSync, int total)
    {
        string path = Path.Combine(directory, "clew-load-sync.tmp");
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < FileBytes / zeros.Length; i++)
            {
                RandomAccess.Write(file, zeros, (long)i * zeros.Length);
            }
            RandomAccess.FlushToDisk(file);
            var times = new Latencies();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            long at = 0;
            for (int i = 0; i < total; i++)
            {
                at = at + payload.Length > FileBytes ? 0 : at;
                RandomAccess.Write(file, payload, at);
                at += payload.Length;
                if ((i + 1) % perSync == 0)
                {
                    long start = Stopwatch.GetTimestamp();
                    if (DataSync(file.DangerousGetHandle().ToInt32()) != 0)
                    {
                        throw new IOException($"fdatasync: error {Marshal.GetLastPInvokeError()}");
                    }
                    times.Add(Stopwatch.GetElapsedTime(start));
                }
            }
            double seconds = watch.Elapsed.TotalSeconds;
            return (times.Take(), (double)total * payload.Length / seconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(int file);
}
