using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Testing;
using Tree = Clew.Analysis.SpanTrees.SpanTree;

namespace Clew.Analysis.Tests.SpanTrees;

public class SpanTreeHazardTests
{
    private readonly SpanBatchBuilder trace = new();

    [Fact]
    public void An_empty_trace_is_an_empty_tree()
    {
        var tree = Tree.Build(new SpanBatch());
        Assert.Equal(0, tree.Count);
        Assert.Equal(TreeNotes.WithoutRoot, tree.TraceNotes);
    }

    [Fact]
    public void A_chain_of_100000_spans_is_walked_without_recursion()
    {
        const int Depth = 100_000;
        for (int i = Depth; i >= 1; i--)
        {
            trace.Span(1, (ulong)i, (ulong)i - 1, start: (ulong)i, end: 1_000_000 - (ulong)i);
        }
        var tree = Tree.Build(trace.Batch);
        Assert.Equal(Depth, tree.SubtreeSizes[0]);
        Assert.Equal(Depth - 1, tree.Depths[Depth - 1]);
        Assert.Equal(2ul, tree.SelfTimes[0]);
        Assert.Equal(TreeNotes.None, tree.TraceNotes);
    }

    [Fact]
    public void A_cycle_of_100000_spans_is_cut_once()
    {
        const int Length = 100_000;
        for (int i = 1; i <= Length; i++)
        {
            trace.Span(1, (ulong)i, (ulong)(i % Length) + 1, start: (ulong)(i == 777 ? 0 : 5), end: 9);
        }
        var tree = Tree.Build(trace.Batch);
        Assert.Equal(Length, tree.SubtreeSizes[0]);
        Assert.Equal(777ul, trace.Batch.Spans.SpanIds[tree.Rows[0]].Value);
        Assert.Equal(1, tree.Notes.Take(Length).Count(n => n.HasFlag(SpanNotes.CycleBroken)));
        Assert.Equal(TreeNotes.CyclesBroken | TreeNotes.WithoutRoot, tree.TraceNotes);
    }

    [Fact]
    public void A_span_that_is_its_own_parent_stands_at_the_top_and_is_no_root()
    {
        trace.Span(1, 7, 7);
        var tree = Tree.Build(trace.Batch);
        Assert.Equal(-1, tree.ParentRows[0]);
        Assert.Equal(SpanNotes.CycleBroken, tree.Notes[0]);
        Assert.Equal(-1, tree.Root);
    }

    [Fact]
    public void A_server_that_shares_its_clients_id_lies_under_it_and_children_under_the_server()
    {
        trace.Span(1, 3, 2, name: "child", start: 4, end: 5);
        trace.Span(1, 2, 1, name: "server", start: 3, end: 6, kind: SpanKind.Server);
        trace.Span(1, 2, 1, name: "client", start: 2, end: 7, kind: SpanKind.Client);
        trace.Span(1, 1, 0, name: "root", start: 1, end: 8);
        var tree = Tree.Build(trace.Batch);
        Assert.Equal(["root", "client", "server", "child"], Names(tree));
        Assert.Equal([-1, 0, 1, 2], tree.ParentRows[..4]);
        Assert.Equal(TreeNotes.SharedSpanIds, tree.TraceNotes);
    }

    [Fact]
    public void Contradicting_copies_are_both_kept_and_identical_ones_are_one()
    {
        trace.Span(1, 1, 0, name: "root", end: 10);
        trace.Span(1, 2, 1, name: "a", start: 1, end: 5);
        trace.Span(1, 2, 1, name: "a", start: 1, end: 5);
        trace.Span(1, 2, 1, name: "b", start: 1, end: 5);
        var tree = Tree.Build(trace.Batch);
        Assert.Equal(["root", "a", "b"], Names(tree));
        Assert.Equal([SpanNotes.None, SpanNotes.ConflictingDuplicate, SpanNotes.ConflictingDuplicate], tree.Notes[..3]);
        Assert.Equal(TreeNotes.ConflictingDuplicates, tree.TraceNotes);
    }

    [Fact]
    public void Missing_parents_several_roots_and_ends_before_starts_are_named()
    {
        trace.Span(1, 1, 0, start: 5, end: 9);
        trace.Span(1, 2, 0, start: 6, end: 4);
        trace.Span(1, 3, 99, start: 7, end: 8);
        var tree = Tree.Build(trace.Batch);
        Assert.Equal([SpanNotes.None, SpanNotes.EndBeforeStart, SpanNotes.MissingParent], tree.Notes[..3]);
        Assert.Equal(TreeNotes.SeveralRoots | TreeNotes.MissingParents | TreeNotes.NegativeDurations, tree.TraceNotes);
        Assert.Equal((5ul, 9ul), (tree.StartTime, tree.EndTime));
    }

    [Fact]
    public void Self_time_is_what_the_union_of_clipped_children_leaves()
    {
        trace.Span(1, 1, 0, start: 100, end: 200);
        trace.Span(1, 2, 1, start: 50, end: 110);
        trace.Span(1, 3, 1, start: 120, end: 140);
        trace.Span(1, 4, 1, start: 130, end: 150);
        trace.Span(1, 5, 1, start: 190, end: 900);
        trace.Span(1, 6, 1, start: 300, end: 400);
        var tree = Tree.Build(trace.Batch);
        Assert.Equal(50ul, tree.SelfTimes[tree.Root]);
    }

    [Fact]
    public void The_summary_names_the_earliest_root_and_sorts_services_by_self_time()
    {
        trace.Span(1, 9, 77, service: "orphan", start: 0, end: 1);
        trace.Span(1, 2, 1, service: "pricing", start: 20, end: 90, status: StatusCode.Error);
        trace.Span(1, 1, 0, name: "POST /checkout", service: "storefront", start: 10, end: 100);
        trace.Span(1, 8, 0, name: "later root", service: "other", start: 11, end: 12);
        var batch = trace.Batch;
        var tree = Tree.Build(batch);
        var analyzer = new TraceAnalyzer();
        analyzer.Analyze(batch, tree);
        var summary = TraceSummary.Of(batch, tree, analyzer.Path.Times);
        Assert.Equal(("storefront", "POST /checkout"), (summary.RootService, summary.RootName));
        Assert.Equal((0ul, 100ul, 4, 1), (summary.StartTime, summary.Duration, summary.SpanCount, summary.ErrorCount));
        Assert.Equal(
            [new("pricing", 1, 1, 70, 70), new("storefront", 1, 0, 20, 20), new("orphan", 1, 0, 1, 0), new("other", 1, 0, 1, 0)],
            summary.Services);
    }

    private IEnumerable<string> Names(Tree tree) =>
        tree.Rows.Take(tree.Count).Select(row => trace.Batch.Text(trace.Batch.Spans.Names[row]));
}
