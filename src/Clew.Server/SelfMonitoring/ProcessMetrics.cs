using System.Globalization;
using Clew.Server.Api.Metrics;
using Clew.Server.Hosting;

namespace Clew.Server.SelfMonitoring;

/// <summary>The process: what it takes of the machine. The names are those that Prometheus clients share.</summary>
/// <remarks>Memory and files are read from <c>/proc</c>; where there is none, these families are missing.</remarks>
internal sealed class ProcessMetrics(StartTime started, TimeProvider clock) : IMetricSource
{
    public void Collect(MetricWriter writer)
    {
        writer.BeginGauge("clew_build_info", "The version that runs, as a label; always 1.");
        writer.Sample(1, ("version", StatusSource.Version));
        writer.Gauge("process_start_time_seconds", "When the process started, Unix time.", started.Time.ToUnixTimeMilliseconds() / 1000.0);
        writer.Gauge("clew_uptime_seconds", "How long the server has been up.", (clock.GetUtcNow() - started.Time).TotalSeconds);
        writer.Counter("process_cpu_seconds", "Processor time used, user and system.", Environment.CpuUsage.TotalTime.TotalSeconds);
        if (OperatingSystem.IsLinux())
        {
            CollectLinux(writer);
        }
        writer.BeginCounter("dotnet_gc_collections", "Garbage collections, by generation.");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            writer.Sample(GC.CollectionCount(generation), ("generation", generation.ToString(CultureInfo.InvariantCulture)));
        }
        var memory = GC.GetGCMemoryInfo();
        writer.Gauge("dotnet_gc_heap_bytes", "Bytes of the managed heap after the last collection.", memory.HeapSizeBytes);
        writer.Gauge("dotnet_gc_committed_bytes", "Bytes that the managed heap has committed.", memory.TotalCommittedBytes);
        writer.Counter("dotnet_gc_allocated_bytes", "Bytes allocated on the managed heap.", GC.GetTotalAllocatedBytes());
        writer.Counter("dotnet_gc_pause_seconds", "Time in which collections held all threads.", GC.GetTotalPauseDuration().TotalSeconds);
        writer.Gauge("dotnet_threadpool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        writer.Gauge("dotnet_threadpool_queue", "Work that waits for a thread of the pool.", ThreadPool.PendingWorkItemCount);
    }

    private static void CollectLinux(MetricWriter writer)
    {
        string[] pages = File.ReadAllText("/proc/self/statm").Split(' ');
        writer.Gauge("process_virtual_memory_bytes", "Address space in use.", long.Parse(pages[0], CultureInfo.InvariantCulture) * (double)Environment.SystemPageSize);
        writer.Gauge("process_resident_memory_bytes", "Memory in use.", long.Parse(pages[1], CultureInfo.InvariantCulture) * (double)Environment.SystemPageSize);
        writer.Gauge("process_open_fds", "Open files and connections.", Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        const string Limit = "Max open files";
        if (File.ReadLines("/proc/self/limits").FirstOrDefault(static line => line.StartsWith(Limit, StringComparison.Ordinal)) is { } line
            && double.TryParse(line[Limit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out double most))
        {
            writer.Gauge("process_max_fds", "Most files and connections that may be open.", most);
        }
    }
}
