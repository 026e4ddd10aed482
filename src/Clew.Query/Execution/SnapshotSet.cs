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

    public void Dispose()
    {
        foreach (var snapshot in snapshots)
        {
            snapshot.Dispose();
        }
    }
}
