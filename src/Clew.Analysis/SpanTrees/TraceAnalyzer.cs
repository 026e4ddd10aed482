using Clew.Analysis.ClockSkew;
using Clew.Analysis.CriticalPath;
using Clew.Core.Columns;

namespace Clew.Analysis.SpanTrees;

/// <summary>Everything that follows from the tree of a trace and its times: clocks, self times, critical path.</summary>
/// <remarks>
/// 1. Times, as sent. 2. Where some lie outside their parents, clocks may differ: they are corrected, and self times counted anew.
/// 3. Critical path. Steady use allocates nothing; bounded by the largest trace. Belongs to one thread at a time.
/// </remarks>
public sealed class TraceAnalyzer
{
    private readonly ClockCorrector clocks = new();
    private readonly SelfTimeCounter selfTimes = new();

    /// <summary>When the tree's spans ran. Valid until the next call.</summary>
    public Timeline Timeline { get; } = new();

    /// <summary>The path through the trace. Valid until the next call.</summary>
    public PathFinder Path { get; } = new();

    /// <summary>Looks at one trace. Notes and self times of the tree are completed.</summary>
    /// <param name="batch">Where the tree's rows lie.</param>
    /// <param name="tree">The tree, fresh from its builder.</param>
    /// <param name="withSections">Whether the path's sections are wanted.</param>
    public void Analyze(SpanBatch batch, SpanTree tree, bool withSections = false)
    {
        // 1
        bool anyOutside = Timeline.Read(batch, tree);
        // 2
        if (anyOutside && clocks.Find(batch, tree, Timeline))
        {
            Timeline.Shift(tree, clocks.Shifts);
            selfTimes.Count(tree, Timeline);
        }
        // 3
        Path.Find(tree, Timeline, withSections);
    }
}
