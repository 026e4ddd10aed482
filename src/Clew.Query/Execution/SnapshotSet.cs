using Clew.Core.Scan;

namespace Clew.Query.Execution;

/// <summary>One snapshot of every source, taken in the order of the flow, so that a span on its way is seen at least once.</summary>
internal sealed class SnapshotSet : IDisposable
{
    private readonly List<ISpanSnapshot> snapshots = [];

    public SnapshotSet(IReadOnlyList<ISpanSource> sources)
    {
        try
        {
            foreach (var source in sources)
            {
                snapshots.Add(source.Snapshot());
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<ISpanSnapshot> Snapshots => snapshots;

    /// <summary>Null, or what the sources could not read of what they were asked for so far.</summary>
    public string? Incomplete
    {
        get
        {
            var reasons = snapshots.Select(snapshot => snapshot.Incomplete).OfType<string>().Distinct().ToList();
            return reasons.Count == 0 ? null : string.Join(' ', reasons);
        }
    }

    /// <summary>A reason of one's own and what the sources could not read, in one text; null where there is neither.</summary>
    public string? With(string? partial) => (partial, Incomplete) switch
    {
        (null, var incomplete) => incomplete,
        (_, null) => partial,
        var (reason, incomplete) => $"{reason} {incomplete}",
    };

    /// <summary>What it cost so far.</summary>
    /// <param name="spans">Spans that hits and results report themselves.</param>
    /// <param name="milliseconds">Since the query's turn.</param>
    public QueryStatistics Statistics(long spans, double milliseconds)
    {
        ScanCounters counters = default;
        foreach (var snapshot in snapshots)
        {
            counters += snapshot.Counters;
        }
        return new QueryStatistics(spans + counters.SpansScanned, counters.SegmentsScanned, counters.SegmentsSkipped, milliseconds);
    }

    public void Dispose()
    {
        foreach (var snapshot in snapshots)
        {
            snapshot.Dispose();
        }
    }
}
