using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Testing;

namespace Clew.Analysis.Tests.SpanTrees;

/// <summary>Traces with every kind of trouble: few ids, so that spans share them, contradict each other and form cycles.</summary>
internal static class Traces
{
    public static SpanBatch Troubled(int seed)
    {
        var random = new Random(seed);
        var builder = new SpanBatchBuilder();
        int count = random.Next(0, 40);
        int ids = random.Next(1, 50);
        for (int i = 0; i < count; i++)
        {
            ulong start = (ulong)random.Next(100);
            builder.Span(
                1, (ulong)random.Next(1, ids + 1), (ulong)random.Next(0, ids + 2), name: random.Next(2) == 0 ? "a" : "b",
                service: random.Next(2) == 0 ? "x" : "y", start: start, end: start + (ulong)random.Next(60) - (ulong)(start > 5 ? random.Next(5) : 0),
                kind: (SpanKind)random.Next(6), status: (StatusCode)random.Next(3));
        }
        return Shuffled(builder.Batch, random.Next(), copies: random.Next(3));
    }

    /// <summary>Traces of 1 to 64 spans with different ids and without cycles; some parents are missing, some spans end before they start.</summary>
    public static SpanBatch Sound(int seed)
    {
        var random = new Random(seed);
        var builder = new SpanBatchBuilder();
        int count = random.Next(1, 65);
        var ids = new List<ulong>();
        while (ids.Count < count)
        {
            ulong id = random.Next(2) == 0 ? (ulong)random.Next(1, 200) : (ulong)random.NextInt64() << 8;
            if (id != 0 && !ids.Contains(id))
            {
                ids.Add(id);
            }
        }
        int roots = random.Next(3);
        for (int i = 0; i < count; i++)
        {
            ulong start = (ulong)random.Next(10, 60);
            ulong parent = i < roots ? 0 : random.Next(12) == 0 || i == 0 ? (1UL << 63) + (ulong)i : ids[random.Next(i)];
            builder.Span(1, ids[i], parent, start: start, end: start + (ulong)random.Next(60) - (ulong)random.Next(5), kind: (SpanKind)random.Next(6));
        }
        return Shuffled(builder.Batch, random.Next());
    }

    /// <summary>The same spans in another order, some of them several times.</summary>
    public static SpanBatch Shuffled(SpanBatch from, int seed, int copies = 0)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, from.Count).ToList();
        for (int i = 0; i < copies * from.Count / 2; i++)
        {
            rows.Add(random.Next(from.Count));
        }
        int[] order = [.. rows];
        random.Shuffle(order);
        var to = new SpanBatch();
        var copier = new SpanBatchCopier(to);
        copier.Begin(from);
        foreach (int row in order)
        {
            copier.Copy(row);
        }
        return to;
    }
}
