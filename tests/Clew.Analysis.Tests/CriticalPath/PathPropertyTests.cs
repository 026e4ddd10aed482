using Clew.Analysis.CriticalPath;
using Clew.Analysis.SpanTrees;
using Clew.Analysis.Tests.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Testing;
using FsCheck;
using FsCheck.Fluent;
using Tree = Clew.Analysis.SpanTrees.SpanTree;

namespace Clew.Analysis.Tests.CriticalPath;

public class PathPropertyTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(1_000_000);

    [Fact]
    public void Agrees_with_the_slow_recursion() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var trace = seed % 3 == 0 ? Traces.Troubled(seed) : Calls(seed);
        Assert.Equal(new SlowPath(trace).Sections, Find(trace, out _).Select(s => (s.Span, (long)s.Start, (long)s.End)));
    }));

    [Fact]
    public void Sections_are_disjoint_lie_inside_the_root_and_add_up_to_it() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var trace = Calls(seed);
        var sections = Find(trace, out ulong[] times);
        var tree = Tree.Build(trace);
        int root = tree.Rows[tree.Root];
        ulong reached = trace.Spans.StartTimes[root];
        foreach (var section in sections)
        {
            Assert.Equal(reached, section.Start);
            reached = section.End;
        }
        Assert.Equal(trace.Spans.EndTimes[root], reached);
        Assert.Equal(trace.Spans.Duration(root), times.Aggregate(0UL, (sum, time) => sum + time));
        Assert.All(Enumerable.Range(0, tree.Count), i => Assert.True(times[i] <= trace.Spans.Duration(tree.Rows[i])));
    }));

    [Fact]
    public void The_order_of_the_input_changes_nothing() => Check.One(Config, Prop.ForAll<int, int>((seed, order) =>
    {
        var trace = seed % 3 == 0 ? Traces.Troubled(seed) : Calls(seed);
        Assert.Equal(Find(trace, out _), Find(Traces.Shuffled(trace, order, copies: 1), out _));
    }));

    [Fact]
    public void What_is_not_on_the_path_may_as_well_not_have_been() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var trace = Calls(seed);
        var tree = Tree.Build(trace);
        var sections = Find(trace, out _);
        // A span goes with all that is below it, unless some of that is on the path.
        var onPath = new HashSet<int>(sections.Select(section => section.Span));
        var off = Enumerable.Range(0, tree.Count)
            .Where(i => !Enumerable.Range(i, tree.SubtreeSizes[i]).Any(onPath.Contains)).ToList();
        if (off.Count == 0)
        {
            return;
        }
        int gone = off[new Random(seed).Next(off.Count)];
        var rest = Keep(trace, Enumerable.Range(0, tree.Count).Where(i => i < gone || i >= gone + tree.SubtreeSizes[gone]).Select(i => tree.Rows[i]));
        Assert.Equal(Named(trace, sections), Named(rest, Find(rest, out _)));
    }));

    private static List<PathSection> Find(SpanBatch trace, out ulong[] times)
    {
        var tree = Tree.Build(trace);
        var timeline = new Timeline();
        timeline.Read(trace, tree);
        var finder = new PathFinder();
        finder.Find(tree, timeline, withSections: true);
        times = finder.Times.ToArray();
        var bySpan = new ulong[tree.Count];
        foreach (var section in finder.Sections)
        {
            if (section.Span >= 0)
            {
                bySpan[section.Span] += section.End - section.Start;
            }
        }
        Assert.Equal(bySpan, times);
        return [.. finder.Sections];
    }

    private static IEnumerable<string> Named(SpanBatch trace, List<PathSection> sections)
    {
        var tree = Tree.Build(trace);
        return sections.Select(s => FormattableString.Invariant($"{trace.Spans.SpanIds[tree.Rows[s.Span]]} {s.Start} {s.End}"));
    }

    private static SpanBatch Keep(SpanBatch trace, IEnumerable<int> rows)
    {
        var batch = new SpanBatch();
        var copier = new SpanBatchCopier(batch);
        copier.Begin(trace);
        foreach (int row in rows)
        {
            copier.Copy(row);
        }
        return batch;
    }

    /// <summary>A root and what it calls: one after the other, side by side, barely overlapping, sticking out, on other hosts.</summary>
    private static SpanBatch Calls(int seed)
    {
        var random = new Random(seed);
        var builder = new SpanBatchBuilder();
        int scale = random.Next(2) == 0 ? 20 : 3000;
        var known = new List<(ulong Id, int Start, int End)> { (1, 1000, 1000 + scale) };
        builder.Span(1, 1, start: 1000, end: (ulong)(1000 + scale), service: "s0", kind: (SpanKind)random.Next(6));
        int count = random.Next(0, 40);
        for (int i = 0; i < count; i++)
        {
            var parent = known[random.Next(3) == 0 ? random.Next(known.Count) : 0];
            var sibling = known[random.Next(known.Count)];
            int length = random.Next(Math.Max(1, (parent.End - parent.Start) / 3) + 1);
            int end = random.Next(4) == 0 ? Math.Max(0, sibling.Start + random.Next(-2, 30)) : random.Next(parent.Start, parent.End + (random.Next(5) == 0 ? 40 : 1));
            int start = Math.Max(0, end - length);
            ulong id = (ulong)i + 2;
            builder.Span(
                1, id, parent.Id, start: (ulong)start, end: (ulong)end, service: $"s{random.Next(2)}",
                kind: random.Next(3) == 0 ? (SpanKind)random.Next(6) : SpanKind.Internal);
            known.Add((id, start, end));
        }
        return Traces.Shuffled(builder.Batch, seed);
    }
}
