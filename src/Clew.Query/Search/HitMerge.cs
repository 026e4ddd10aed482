using Clew.Core.Scan;

namespace Clew.Query.Search;

/// <summary>Merges the hits of several snapshots in the order of their positions, as lazily as the sources find them.</summary>
internal sealed class HitMerge(IReadOnlyList<IAsyncEnumerable<TraceHit>> sources, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<TraceHit>?[] open = new IAsyncEnumerator<TraceHit>?[sources.Count];
    private bool started;

    /// <summary>Spans that the sources say they looked at.</summary>
    public long SpansScanned { get; private set; }

    /// <summary>
    /// The earliest place at which a hit can still come, or null when all sources are at their end. A trace that has not been
    /// delivered yet stands there or later.
    /// </summary>
    public async ValueTask<TracePosition?> FrontierAsync()
    {
        if (!started)
        {
            started = true;
            for (int i = 0; i < sources.Count; i++)
            {
                open[i] = sources[i].GetAsyncEnumerator(cancellationToken);
                await AdvanceAsync(i);
            }
        }
        int first = First();
        return first < 0 ? null : open[first]!.Current.Position;
    }

    /// <summary>Takes the hit at the frontier.</summary>
    public async ValueTask<TraceHit> TakeAsync()
    {
        int first = First();
        var hit = open[first]!.Current;
        await AdvanceAsync(first);
        return hit;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in open)
        {
            if (source is not null)
            {
                await source.DisposeAsync();
            }
        }
    }

    private int First()
    {
        int first = -1;
        for (int i = 0; i < open.Length; i++)
        {
            if (open[i] is { } source && (first < 0 || source.Current.Position < open[first]!.Current.Position))
            {
                first = i;
            }
        }
        return first;
    }

    private async ValueTask AdvanceAsync(int i)
    {
        if (await open[i]!.MoveNextAsync())
        {
            SpansScanned += open[i]!.Current.SpansScanned;
            return;
        }
        await open[i]!.DisposeAsync();
        open[i] = null;
    }
}
