using Clew.Analysis.Shapes;
using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Closing;
using Clew.Testing;

namespace Clew.Ingest.Tests.Closing;

public class TraceCloserTests
{
    [Fact]
    public void A_closed_trace_is_in_preorder_without_copies_and_with_its_self_times()
    {
        var closer = new TraceCloser();
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var trace = new SpanGenerator(seed).Batch(random.Next(1, 30), traces: 1);
            int[] rows = [.. Enumerable.Range(0, trace.Count), .. Enumerable.Range(0, trace.Count / 2)];
            random.Shuffle(rows);
            if (random.Next(3) == 0)
            {
                closer.Clear();
            }
            int before = closer.Destination.Traces.Count;
            closer.Copier.Begin(trace);
            foreach (int row in rows)
            {
                closer.Copier.Copy(row);
            }
            closer.Close(trace.Spans.TraceIds[0], TraceFlags.Open | TraceFlags.ClosedEarly);

            var tree = SpanTree.Build(trace);
            new TraceAnalyzer().Analyze(trace, tree);
            var closed = closer.Destination;
            Assert.Equal(before + 1, closed.Traces.Count);
            var range = closed.Traces.Spans[before];
            Assert.Equal(closed.Spans.Count, range.End);
            Assert.Equal(Enumerable.Range(0, tree.Count).Select(i => SpanText.Line(trace, tree.Rows[i])), Enumerable.Range(range.Start, range.Count).Select(i => SpanText.Line(closed.Spans, i)));
            Assert.Equal(tree.SelfTimes.AsSpan(0, tree.Count).ToArray(), closed.SelfTimes.AsSpan(range.Start, range.Count).ToArray());
            Assert.Equal(TraceFlags.ClosedEarly, closed.Traces.Flags[before] & ~TraceFlags.Derived);
            Assert.Equal(tree.Root < 0, closed.Traces.Flags[before].HasFlag(TraceFlags.WithoutRoot));
            Assert.Equal(new ShapeHasher().Hash(trace, SpanTree.Build(trace)), closed.Traces.ShapeHashes[before]);
            string? root = tree.Root < 0 ? "" : trace.Text(trace.Spans.Names[SpanTree.Build(trace).Rows[tree.Root]]);
            Assert.Equal(root, closed.Spans.Text(closed.Traces.RootNames[before]));
        }
    }

    [Fact]
    public void Spans_copied_in_the_order_of_their_outline_close_to_the_same_trace()
    {
        var closer = new TraceCloser();
        var plain = new TraceCloser();
        int refused = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var trace = new SpanGenerator(seed).Batch(random.Next(1, 30), traces: 1);
            List<int> rows = [.. Enumerable.Range(0, trace.Count)];
            bool withCopy = random.Next(4) == 0;
            if (withCopy)
            {
                rows.Add(random.Next(trace.Count));
            }
            closer.Clear();
            plain.Clear();
            closer.Share(trace);
            closer.Begin(trace);
            plain.Copier.Begin(trace);
            foreach (int row in rows)
            {
                int outlined = closer.Outline.Spans.AddRow();
                closer.Outline.Spans.SpanIds[outlined] = trace.Spans.SpanIds[row];
                closer.Outline.Spans.ParentSpanIds[outlined] = trace.Spans.ParentSpanIds[row];
                closer.Outline.Spans.Kinds[outlined] = trace.Spans.Kinds[row];
                closer.Outline.Spans.StartTimes[outlined] = trace.Spans.StartTimes[row];
                closer.Outline.Spans.EndTimes[outlined] = trace.Spans.EndTimes[row];
                plain.Copier.Copy(row);
            }
            bool arranged = closer.TryArrange(out var order);
            refused += arranged ? 0 : 1;
            Assert.False(withCopy && arranged);
            foreach (int row in arranged ? order.ToArray().Select(outlined => rows[outlined]) : rows)
            {
                closer.Copier.Copy(row);
            }
            closer.Close(trace.Spans.TraceIds[0], TraceFlags.None);
            plain.Close(trace.Spans.TraceIds[0], TraceFlags.None);

            Assert.Equal(Lines(plain.Destination), Lines(closer.Destination));
            Assert.Equal(plain.Destination.Traces.Flags[0], closer.Destination.Traces.Flags[0]);
            Assert.Equal(0, closer.Outline.Count);
        }
        Assert.InRange(refused, 1, 299);
    }

    private static IEnumerable<string> Lines(TraceBatch closed) =>
        Enumerable.Range(0, closed.Spans.Count).Select(i => $"{SpanText.Line(closed.Spans, i)} {closed.SelfTimes[i]} {closed.CriticalTimes[i]}")
            .Concat(Enumerable.Range(0, closed.Traces.Count).Select(i => FormattableString.Invariant(
                $"{closed.Traces.ShapeHashes[i]} {closed.Traces.ErrorCounts[i]} {closed.Traces.ServiceCounts[i]} {closed.Spans.Text(closed.Traces.RootServices[i])}")));

    [Theory]
    [InlineData(3_000, 1.0)] // as many as were expected
    [InlineData(6_000, 0.5)] // twice as many come
    public void The_room_of_a_batch_is_what_was_expected_and_stays_for_the_next_like_it(int spans, double share)
    {
        var closer = new TraceCloser();
        AttributeType[]? room = null;
        for (int batch = 0; batch < 3; batch++)
        {
            closer.Clear();
            closer.Expect((int)(spans * share));
            int closed = 0;
            for (int seed = 0; closed < spans; seed++)
            {
                var trace = new SpanGenerator(seed).Batch(30, traces: 1);
                closer.Begin(trace);
                for (int row = 0; row < trace.Count; row++)
                {
                    closer.Copier.Copy(row);
                }
                closer.Close(trace.Spans.TraceIds[0], TraceFlags.None);
                closed += trace.Count;
            }

            var attributes = closer.Destination.Spans.Attributes;
            if (share == 1)
            {
                Assert.InRange(attributes.Capacity, attributes.Count, attributes.Count * 5 / 4);
                Assert.InRange(closer.Destination.Spans.Spans.Capacity, spans, spans * 2);
            }
            room ??= attributes.Types;
            Assert.Same(room, attributes.Types);
        }
    }
}
