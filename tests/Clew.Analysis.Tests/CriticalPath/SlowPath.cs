using Clew.Core.Columns;
using Clew.Core.Model;
using Tree = Clew.Analysis.SpanTrees.SpanTree;

namespace Clew.Analysis.Tests.CriticalPath;

/// <summary>docs/analysis/critical-path.md, read aloud: recursive, every list built anew.</summary>
internal sealed class SlowPath
{
    private readonly SpanBatch batch;
    private readonly Tree tree;

    public SlowPath(SpanBatch trace)
    {
        batch = trace;
        tree = Tree.Build(trace);
        if (tree.Count == 0)
        {
            return;
        }
        if (tree.Root >= 0)
        {
            Walk(tree.Root, Start(tree.Root), End(tree.Root), 0);
        }
        else
        {
            Walk(-1, Enumerable.Range(0, tree.Count).Min(Start), Enumerable.Range(0, tree.Count).Max(End), 0);
        }
    }

    /// <summary>Span (preorder index), start, end; in order of time.</summary>
    public IEnumerable<(int Span, long Start, long End)> Sections => Found.OrderBy(section => section.Start);

    private List<(int Span, long Start, long End)> Found { get; } = [];

    private void Walk(int span, long from, long to, long moved)
    {
        long tolerance = (span < 0 ? to - from : End(span) - Start(span)) / 100;
        bool cut = span < 0 || End(span) - moved != to;
        var children = new List<(int Span, long Start, long End, long Moved)>();
        foreach (int child in Enumerable.Range(0, tree.Count).Where(i => tree.ParentRows[i] == span && (span < 0 || Waits(i, span))))
        {
            long start = Start(child) - moved;
            long end = End(child) - moved;
            if (start >= to || end <= from)
            {
                continue;
            }
            long over = !cut && end > to && end - to <= tolerance ? end - to : 0;
            children.Add((child, Math.Max(start - over, from), Math.Min(end - over, to), moved + over));
        }
        children = [.. children.Where(c => c.Start < c.End).OrderByDescending(c => c.End).ThenBy(c => c.Start).ThenBy(c => c.Span)];
        long reached = to;
        while (children.FindIndex(c => c.Start < reached && c.End - reached <= tolerance) is int next and >= 0)
        {
            var child = children[next];
            children.RemoveAt(next);
            long overlap = Math.Max(0, child.End - reached);
            long start = Math.Max(from, child.Start - overlap);
            Add(span, child.End - overlap, reached);
            Walk(child.Span, start, child.End - overlap, child.Moved + overlap);
            reached = start;
        }
        Add(span, from, reached);
    }

    private void Add(int span, long start, long end)
    {
        if (start < end)
        {
            Found.Add((span, start, end));
        }
    }

    private bool Waits(int child, int parent)
    {
        var kind = batch.Spans.Kinds[tree.Rows[child]];
        var above = batch.Spans.Kinds[tree.Rows[parent]];
        bool sameService = batch.ServiceName(tree.Rows[child]) == batch.ServiceName(tree.Rows[parent]);
        return (kind, above) switch
        {
            (SpanKind.Consumer, SpanKind.Producer) => false,
            (SpanKind.Consumer, _) or (_, SpanKind.Producer) => sameService,
            _ => true,
        };
    }

    private long Start(int span) => (long)batch.Spans.StartTimes[tree.Rows[span]];

    private long End(int span) => Math.Max(Start(span), (long)batch.Spans.EndTimes[tree.Rows[span]]);
}
