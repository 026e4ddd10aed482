using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Testing;
using FsCheck;
using FsCheck.Fluent;
using Tree = Clew.Analysis.SpanTrees.SpanTree;

namespace Clew.Analysis.Tests.SpanTrees;

public class SpanTreePropertyTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(1_000_000);

    [Fact]
    public void Agrees_with_the_slow_recursion() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var trace = Traces.Troubled(seed);
        var tree = Tree.Build(trace);
        var slow = new SlowTree(trace);
        Assert.Equal(slow.Preorder.Count, tree.Count);
        for (int i = 0; i < tree.Count; i++)
        {
            var node = slow.Preorder[i];
            Assert.Equal(SpanText.Line(trace, node.Row), SpanText.Line(trace, tree.Rows[i]));
            Assert.Equal(node.Parent is null ? -1 : slow.Preorder.IndexOf(node.Parent), tree.ParentRows[i]);
            Assert.Equal(slow.Size(node), tree.SubtreeSizes[i]);
            Assert.Equal(slow.SelfTime(node), tree.SelfTimes[i]);
            Assert.Equal(node.Missing, tree.Notes[i].HasFlag(SpanNotes.MissingParent));
            Assert.Equal(node.Cut, tree.Notes[i].HasFlag(SpanNotes.CycleBroken));
        }
    }));

    [Fact]
    public void Small_and_sound_traces_get_the_tree_that_copies_of_their_spans_get() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var trace = Traces.Sound(seed);
        var tree = new Tree();
        Assert.True(new SmallTreeBuilder().TryBuild(trace, Enumerable.Range(0, trace.Count).ToArray(), tree));
        Assert.Equal(Print(Traces.Shuffled(trace, seed, copies: 2)), Print(trace, tree));
    }));

    [Fact]
    public void The_order_of_the_input_changes_nothing() => Check.One(Config, Prop.ForAll<int, int>((seed, order) =>
    {
        var trace = Traces.Troubled(seed);
        var shuffled = Traces.Shuffled(trace, order);
        Assert.Equal(Print(trace), Print(shuffled));
    }));

    [Fact]
    public void Times_and_sizes_are_consistent() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var trace = Traces.Troubled(seed);
        var tree = Tree.Build(trace);
        int topLevel = 0;
        for (int i = 0; i < tree.Count; i++)
        {
            Assert.True(tree.SelfTimes[i] <= trace.Spans.Duration(tree.Rows[i]));
            int parent = tree.ParentRows[i];
            if (parent < 0)
            {
                topLevel += tree.SubtreeSizes[i];
                Assert.Equal(0, tree.Depths[i]);
            }
            else
            {
                Assert.True(parent < i && i < parent + tree.SubtreeSizes[parent]);
                Assert.Equal(tree.Depths[parent] + 1, tree.Depths[i]);
            }
        }
        Assert.Equal(tree.Count, topLevel);
    }));

    [Fact]
    public void A_builder_that_is_used_again_forgets_what_it_saw() => Check.One(Config, Prop.ForAll<int, int>((first, second) =>
    {
        var builder = new SpanTreeBuilder();
        builder.Build(Traces.Troubled(first));
        var trace = Traces.Troubled(second);
        Assert.Equal(Print(trace), Print(trace, builder.Build(trace)));
    }));

    [Fact]
    public void The_content_order_calls_equal_what_is_the_same() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var trace = Traces.Shuffled(new SpanGenerator(random.Next(50)).Batch(6, traces: 2), seed, copies: 1);
        var order = new SpanContentOrder(trace);
        for (int a = 0; a < trace.Count; a++)
        {
            for (int b = 0; b < trace.Count; b++)
            {
                Assert.Equal(SpanContent.Same(trace, a, trace, b), order.Compare(a, b) == 0);
                Assert.Equal(Math.Sign(order.Compare(a, b)), -Math.Sign(order.Compare(b, a)));
            }
        }
    }));

    private static string Print(SpanBatch trace) => Print(trace, Tree.Build(trace));

    private static string Print(SpanBatch trace, Tree tree) => string.Join('\n', Enumerable.Range(0, tree.Count).Select(i =>
        $"{tree.ParentRows[i]} {tree.SubtreeSizes[i]} {tree.Depths[i]} {tree.SelfTimes[i]} {tree.Notes[i]} {SpanText.Line(trace, tree.Rows[i])}")
        .Append($"{tree.TraceNotes} {tree.Root} {tree.StartTime} {tree.EndTime}"));
}
