using Clew.Core.Columns;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Testing;
using static Clew.Storage.Tests.Embedded.Compaction.MergeProbe;

namespace Clew.Storage.Tests.Embedded.Compaction;

/// <summary>Parts of a trace that are brought together are what closing the whole trace would have made of it.</summary>
public sealed class JoinedTraceTests
{
    [Fact]
    public async Task AnySplitOfATraceJoinsToTheTraceClosedWhole()
    {
        int amended = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var spans = Spans(random);
            var whole = new MemoryFileLayer();
            await AppendAsync(whole, spans, Enumerable.Range(0, spans.Count), TraceFlags.None);
            var apart = new MemoryFileLayer();
            int parts = random.Next(2, 6);
            int[] partOf = [.. Enumerable.Range(0, spans.Count).Select(_ => random.Next(parts))];
            for (int part = 0; part < parts; part++)
            {
                // Some spans come in two parts.
                var rows = Enumerable.Range(0, spans.Count).Where(row => partOf[row] == part || random.Next(20) == 0);
                await AppendAsync(apart, spans, rows, part == 0 ? TraceFlags.None : TraceFlags.Late);
            }
            int groupRows = 8 << random.Next(4);
            var expected = await MergeAsync(whole, [.. Segments(whole)], groupRows, rowwise: false);
            var joined = await MergeAsync(apart, [.. Segments(apart)], groupRows, rowwise: false);
            Assert.Equal(expected.Spans, joined.Spans);
            Assert.Equal(expected.Traces, joined.Traces.Select(Unamended));
            amended += joined.Traces.Count(trace => trace.Contains(nameof(TraceFlags.Amended), StringComparison.Ordinal));
        }
        Assert.InRange(amended, 60, 1000);
    }

    /// <summary>A trace's line without the two flags that say how it came.</summary>
    private static string Unamended(string trace)
    {
        int start = trace.IndexOf("} ", StringComparison.Ordinal) + 2;
        int end = trace.IndexOf(" RowRange", StringComparison.Ordinal);
        string[] flags = [.. trace[start..end].Split(", ").Where(flag => flag is not (nameof(TraceFlags.Late) or nameof(TraceFlags.Amended)))];
        return trace[..start] + (flags.Length == 0 ? nameof(TraceFlags.None) : string.Join(", ", flags)) + trace[end..];
    }

    private static async Task AppendAsync(MemoryFileLayer files, SpanBatch spans, IEnumerable<int> rows, TraceFlags flags)
    {
        var part = new SpanBatch();
        var copier = new SpanBatchCopier(part);
        copier.Begin(spans);
        foreach (int row in rows)
        {
            copier.Copy(row);
        }
        if (part.Count > 0)
        {
            await using var store = StoreProbe.Open(files, groupRows: 16);
            await store.AppendAsync(StoreProbe.Tenant, Closed(part, flags), default);
        }
    }

    /// <summary>Five traces of several services: nested, missing parents, shared ids, calls between clocks that differ, messages.</summary>
    private static SpanBatch Spans(Random random)
    {
        var builder = new SpanBatchBuilder();
        for (ulong trace = 1; trace <= 5; trace++)
        {
            int count = random.Next(1, 30);
            int ids = random.Next(10, 40);
            for (int i = 0; i < count; i++)
            {
                ulong start = StoreProbe.Now + ((ulong)random.Next(1000) * 1_000_000);
                int service = random.Next(3);
                builder.Span(
                    trace, i == 0 ? 1 : (ulong)random.Next(1, ids), i == 0 ? 0 : (ulong)random.Next(1, ids + 3), name: $"op{random.Next(3)}",
                    service: $"s{service}", start: start, end: start + ((ulong)random.Next(-5, 300) * 1_000_000), kind: (SpanKind)random.Next(6),
                    status: (StatusCode)random.Next(3));
            }
        }
        return builder.Batch;
    }
}
