using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;

namespace Clew.Storage.Tests.Embedded;

/// <summary>Arranges traces as the product does.</summary>
internal sealed class TreeArranger : ITraceArranger
{
    private readonly SpanTreeBuilder trees = new();

    public int Arrange(SpanBatch batch, Span<int> rows, Span<ulong> selfTimes, out bool hasRoot)
    {
        var tree = trees.Build(batch, rows);
        tree.Rows.AsSpan(0, tree.Count).CopyTo(rows);
        tree.SelfTimes.AsSpan(0, tree.Count).CopyTo(selfTimes);
        hasRoot = tree.Root >= 0;
        return tree.Count;
    }
}
