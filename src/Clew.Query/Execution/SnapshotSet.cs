using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Query.Execution;

/// <summary>One snapshot of every source, taken in the order of the flow, so that a span on its way is seen at least once.</summary>
internal sealed class SnapshotSet : IDisposable
{
    /// <summary>How long an exact set is waited for, in steps of a millisecond: a hand-over's last moment takes some of them.</summary>
    private const int MostTries = 50;

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

    /// <summary>
    /// A set in which every span is seen once, for figures. While a hand-over ends it is taken again; after a bounded number of times it is
    /// given out as it is. Then spans that the store has and the head does not know to be stored count twice: that lasts where an append's
    /// outcome is not known, until the next one clears it up.
    /// </summary>
    public static async ValueTask<SnapshotSet> TakeExactAsync(IReadOnlyList<ISpanSource> sources, TimeProvider time, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            var set = new SnapshotSet(sources);
            if (tries == MostTries || set.IsExact(sources))
            {
                return set;
            }
            set.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellationToken);
        }
    }

    /// <summary>Null, or what the sources could not read of what they were asked for so far.</summary>
    public string? Incomplete
    {
        get
        {
            var reasons = snapshots.Select(snapshot => snapshot.Incomplete).OfType<string>().Distinct().ToList();
            return reasons.Count == 0 ? null : string.Join(' ', reasons);
        }
    }

    /// <summary>Null, or what of a tenant's spans cannot be read at all.</summary>
    public string? Unreadable(Tenant tenant) => snapshots.Select(snapshot => snapshot.Unreadable(tenant)).FirstOrDefault(static damage => damage is not null);

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

    private bool IsExact(IReadOnlyList<ISpanSource> sources)
    {
        for (int i = 1; i < snapshots.Count; i++)
        {
            if (snapshots[i - 1].LastHandOver is { } left && sources[i].LastHandOver is { } arrived && left != arrived)
            {
                return false;
            }
        }
        return true;
    }

    public void Dispose()
    {
        foreach (var snapshot in snapshots)
        {
            snapshot.Dispose();
        }
    }
}
