using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Storage;

namespace Clew.Ingest.Closing;

/// <summary>Lends the span tree to the store, so that parts brought together there lie as the closer would have laid them.</summary>
public sealed class TreeArranger : ITraceArranger
{
    private readonly SpanTreeBuilder trees = new();

    /// <inheritdoc/>
    public int Arrange(SpanBatch batch, Span<int> rows, Span<ulong> selfTimes, out bool hasRoot)
    {
        var tree = trees.Build(batch, rows);
        tree.Rows.AsSpan(0, tree.Count).CopyTo(rows);
        tree.SelfTimes.AsSpan(0, tree.Count).CopyTo(selfTimes);
        hasRoot = tree.Root >= 0;
        return tree.Count;
    }
}
