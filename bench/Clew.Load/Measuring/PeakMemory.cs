namespace Clew.Load.Measuring;

/// <summary>The highest memory of this process since it was last asked to begin anew (Linux).</summary>
internal static class PeakMemory
{
    /// <summary>Collects what nobody needs and begins anew. Returns what is resident now.</summary>
    public static long Reset()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
        return ProcessFigures.Read(Environment.ProcessId).RssBytes;
    }

    /// <summary>How far above that it came.</summary>
    public static long SinceReset(long before) => ProcessFigures.Read(Environment.ProcessId).PeakRssBytes - before;
}
