using Clew.Core.Columns;
using Clew.Core.Scan;
using Clew.Testing;

namespace Clew.Query.Tests.Support;

/// <summary>Spans of the whole model with many ties in start time, cut into parts, with duplicates, spread over sources.</summary>
internal static class RandomSources
{
    private static readonly SpanSourceCapabilities[] Capabilities =
    [
        MemorySpanSource.All, MemorySpanSource.All, SpanSourceCapabilities.None,
        SpanSourceCapabilities.IntrinsicComparison, SpanSourceCapabilities.AttributeComparison | SpanSourceCapabilities.AnyOf,
    ];

    public static MemorySpanSource[] Make(Random random)
    {
        var sources = Enumerable.Range(0, random.Next(1, 5)).Select(_ => new MemorySpanSource(Pick(random, Capabilities))).ToArray();
        var batch = Spans(random, random.Next(1, 120), random.Next(1, 30));
        foreach (var trace in Enumerable.Range(0, batch.Count).GroupBy(i => batch.Spans.TraceIds[i]))
        {
            int parts = random.Next(3) == 0 ? random.Next(1, 5) : 1;
            var rows = trace.GroupBy(_ => random.Next(parts)).ToList();
            for (int i = 0; i < rows.Count; i++)
            {
                // One part may call itself whole; the others say that the trace may begin earlier.
                var flags = i == 0 ? TraceFlags.None : TraceFlags.Late;
                Pick(random, sources).Add(batch, [.. rows[i]], flags);
                if (random.Next(4) == 0)
                {
                    Pick(random, sources).Add(batch, [.. rows[i].Where(_ => random.Next(2) == 0).DefaultIfEmpty(rows[i].First())], TraceFlags.Late);
                }
            }
        }
        return sources;
    }

    public static SpanBatch Spans(Random random, int spans, int traces, ulong firstTrace = 1)
    {
        var batch = new SpanGenerator(random.Next()).Batch(spans, traces, firstTrace);
        if (random.Next(2) == 0)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                batch.Spans.StartTimes[i] = 1000 + (ulong)random.Next(10);
                batch.Spans.EndTimes[i] = batch.Spans.StartTimes[i] + (ulong)random.Next(10);
            }
        }
        return batch;
    }

    public static T Pick<T>(Random random, T[] items) => items[random.Next(items.Length)];
}
