using System.Diagnostics;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Load.Measuring;
using Clew.Storage.Embedded;

namespace Clew.Load.Verbs;

/// <summary>Asks a store in this process, and reports time, CPU and memory of each kind of question.</summary>
/// <param name="report">Where the figures go.</param>
/// <param name="store">Who is asked.</param>
/// <param name="repeats">How often, at least.</param>
/// <param name="only">Only what has this in its name is asked.</param>
/// <param name="cold">Files to be forgotten by the system before each time; null: none.</param>
internal sealed class Questions(Report report, EmbeddedSpanStore store, int repeats, string only, ColdFiles? cold)
{
    private const int Uncounted = 2;

    /// <summary>The start of the newest trace.</summary>
    public async Task<ulong> NewestAsync()
    {
        using var snapshot = store.Snapshot();
        await foreach (var hit in snapshot.FindTracesAsync(new TraceSearch { Tenant = Tenant.Default, Range = TimeRange.All }, CancellationToken.None))
        {
            return hit.Position.StartTime;
        }
        return 0;
    }

    /// <param name="name">Of the figure.</param>
    /// <param name="atLeast">How often it is asked, if not more often.</param>
    /// <param name="ask">Asks; returns how much was found.</param>
    public async Task AskAsync(string name, int atLeast, Func<ISpanSnapshot, int, Task<int>> ask)
    {
        if (!name.Contains(only, StringComparison.Ordinal))
        {
            return;
        }
        for (int i = 0; i < Uncounted; i++)
        {
            await OnceAsync(ask, i);
        }
        await store.IndexAsync(CancellationToken.None);
        var times = new Latencies();
        double cpuSeconds = 0;
        long found = 0;
        long calls = 0;
        long bytes = 0;
        int count = Math.Max(repeats, atLeast);
        long before = PeakMemory.Reset();
        for (int i = 0; i < count; i++)
        {
            cold?.Forget();
            var readsBefore = ProcessReads.Now();
            var cpu = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            found += await OnceAsync(ask, i);
            times.Add(Stopwatch.GetElapsedTime(start));
            cpuSeconds += (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
            var reads = ProcessReads.Now();
            calls += reads.Calls - readsBefore.Calls;
            bytes += reads.Bytes - readsBefore.Bytes;
        }
        double peak = PeakMemory.SinceReset(before) / (double)(1 << 20);
        report.Add(
            name,
            times.Take(),
            $"{cpuSeconds / count * 1e3:0.00} ms CPU, {(double)found / count:0.#} found, {bytes / count >> 10} KiB in {calls / count} reads, memory +{peak:0} MiB");
    }

    private async Task<int> OnceAsync(Func<ISpanSnapshot, int, Task<int>> ask, int i)
    {
        using var snapshot = store.Snapshot();
        return await ask(snapshot, i);
    }
}
