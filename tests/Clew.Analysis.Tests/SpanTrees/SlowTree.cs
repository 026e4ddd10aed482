using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Testing;

namespace Clew.Analysis.Tests.SpanTrees;

/// <summary>The obvious recursive tree over row objects, quadratic and slow, to compare with.</summary>
internal sealed class SlowTree
{
    private readonly SpanBatch batch;

    public SlowTree(SpanBatch trace)
    {
        batch = trace;
        var order = new SpanContentOrder(trace);
        foreach (int row in Enumerable.Range(0, trace.Count).Order(order))
        {
            if (!Nodes.Any(n => SpanText.Line(trace, n.Row) == SpanText.Line(trace, row)))
            {
                Nodes.Add(new Node(row));
            }
        }
        foreach (var node in Nodes)
        {
            node.Parent = FindParent(node);
            node.Missing = node.Parent is null && !Parent(node).IsEmpty;
        }
        CutCycles();
        foreach (var node in Nodes)
        {
            node.Children.AddRange(Nodes.Where(n => n.Parent == node).OrderBy(Start));
        }
        foreach (var top in Nodes.Where(n => n.Parent is null).OrderBy(Start))
        {
            Walk(top);
        }
    }

    public List<Node> Nodes { get; } = [];

    public List<Node> Preorder { get; } = [];

    public ulong SelfTime(Node node)
    {
        // Every moment between two neighbouring bounds is covered as a whole or not at all.
        ulong start = Start(node);
        ulong end = Math.Max(start, End(node));
        var bounds = node.Children.SelectMany(c => new[] { Start(c), End(c) }).Where(t => t > start && t < end)
            .Append(start).Append(end).Distinct().Order().ToList();
        ulong self = 0;
        for (int i = 1; i < bounds.Count; i++)
        {
            if (!node.Children.Any(c => Start(c) <= bounds[i - 1] && End(c) >= bounds[i]))
            {
                self += bounds[i] - bounds[i - 1];
            }
        }
        return self;
    }

    public int Size(Node node) => 1 + node.Children.Sum(Size);

    private ulong Start(Node node) => batch.Spans.StartTimes[node.Row];

    private ulong End(Node node) => batch.Spans.EndTimes[node.Row];

    private SpanId Id(Node node) => batch.Spans.SpanIds[node.Row];

    private SpanId Parent(Node node) => batch.Spans.ParentSpanIds[node.Row];

    private SpanKind Kind(Node node) => batch.Spans.Kinds[node.Row];

    private int Rank(Node node) => Kind(node) switch
    {
        SpanKind.Client or SpanKind.Producer => 0,
        SpanKind.Server or SpanKind.Consumer => 2,
        _ => 1,
    };

    private Node? FindParent(Node node)
    {
        var sender = Rank(node) == 2
            ? Nodes.Where(n => Id(n) == Id(node) && Rank(n) == 0).OrderBy(Start).LastOrDefault()
            : null;
        return sender
            ?? (Parent(node).IsEmpty ? null : Nodes.Where(n => Id(n) == Parent(node)).OrderBy(Rank).ThenBy(Start).LastOrDefault());
    }

    private void CutCycles()
    {
        while (true)
        {
            var cycle = Nodes.Select(CycleFrom).FirstOrDefault(c => c.Count > 0);
            if (cycle is null)
            {
                return;
            }
            var first = cycle.OrderBy(Start).ThenBy(n => Nodes.IndexOf(n)).First();
            first.Parent = null;
            first.Cut = true;
        }
    }

    private static List<Node> CycleFrom(Node start)
    {
        var path = new List<Node> { start };
        for (var node = start.Parent; node is not null; node = node.Parent)
        {
            if (node == start)
            {
                return path;
            }
            if (path.Contains(node))
            {
                return [];
            }
            path.Add(node);
        }
        return [];
    }

    private void Walk(Node node)
    {
        Preorder.Add(node);
        foreach (var child in node.Children)
        {
            Walk(child);
        }
    }

    internal sealed class Node(int row)
    {
        public int Row => row;

        public Node? Parent { get; set; }

        public bool Missing { get; set; }

        public bool Cut { get; set; }

        public List<Node> Children { get; } = [];
    }
}
