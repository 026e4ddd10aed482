using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
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
            var closed = closer.Destination;
            Assert.Equal(before + 1, closed.Traces.Count);
            var range = closed.Traces.Spans[before];
            Assert.Equal(closed.Spans.Count, range.End);
            Assert.Equal(Enumerable.Range(0, tree.Count).Select(i => SpanText.Line(trace, tree.Rows[i])), Enumerable.Range(range.Start, range.Count).Select(i => SpanText.Line(closed.Spans, i)));
            Assert.Equal(tree.SelfTimes.AsSpan(0, tree.Count).ToArray(), closed.SelfTimes.AsSpan(range.Start, range.Count).ToArray());
            Assert.Equal(TraceFlags.ClosedEarly | (tree.Root < 0 ? TraceFlags.WithoutRoot : 0), closed.Traces.Flags[before]);
        }
    }
}
