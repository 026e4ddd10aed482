using Clew.Core.Columns;
using Clew.Core.Encodings;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>
/// The shape of a trace as a number: the set of its calls, each an operation under its parent's. How often a call is made changes nothing,
/// nor do ids, times and order.
/// </summary>
/// <remarks>Reused; bounded by the distinct texts of a batch and the distinct calls of a trace.</remarks>
internal sealed class TraceShapes
{
    private const ulong Mix = 0x9E3779B97F4A7C15UL;

    private readonly Dictionary<int, ulong> texts = [];
    private readonly HashSet<ulong> calls = [];
    private readonly List<int> open = []; // the span and its ancestors
    private SpanBatch batch = new();

    public void Begin(TraceBatch traces)
    {
        batch = traces.Spans;
        texts.Clear();
    }

    /// <summary>The shape of these spans, which are in preorder.</summary>
    public ulong Of(RowRange range)
    {
        var spans = batch.Spans;
        calls.Clear();
        open.Clear();
        ulong shape = 0;
        for (int row = range.Start; row < range.End; row++)
        {
            var parent = spans.ParentSpanIds[row];
            while (open.Count > 0 && spans.SpanIds[open[^1]] != parent)
            {
                open.RemoveAt(open.Count - 1);
            }
            ulong call = Operation(row) ^ (open.Count > 0 ? ulong.RotateLeft(Operation(open[^1]), 23) * Mix : 0);
            open.Add(row);
            if (calls.Add(call))
            {
                shape += Scramble(call);
            }
        }
        return shape;
    }

    private ulong Operation(int row) =>
        Text(batch.Spans.Names[row]) ^ ulong.RotateLeft(Text(batch.ServiceName(row)), 31) ^ ((ulong)batch.Spans.Kinds[row] * Mix);

    private ulong Text(int id)
    {
        if (!texts.TryGetValue(id, out ulong hash))
        {
            hash = StableHash.Of(batch.Strings[id]);
            texts.Add(id, hash);
        }
        return hash;
    }

    private static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 31)) * 0xBF58476D1CE4E5B9UL;
        return value ^ (value >> 29);
    }
}
