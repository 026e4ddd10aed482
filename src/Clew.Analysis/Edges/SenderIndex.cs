using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.Edges;

/// <summary>Finds a batch's senders by trace and span id, for links that name them. Grows to the largest batch with links.</summary>
internal sealed class SenderIndex
{
    private int[] slots = []; // row + 1, 0: free

    /// <summary>Makes the index of a batch's spans with the role of a sender.</summary>
    public void Build(SpanTable s, ReadOnlySpan<SpanRole> roles)
    {
        int wanted = 2 * roles.Count(SpanRole.Sender);
        int size = 16;
        while (size < wanted)
        {
            size *= 2;
        }
        if (slots.Length < size)
        {
            slots = new int[size];
        }
        else
        {
            Array.Clear(slots);
        }
        int mask = slots.Length - 1;
        for (int row = 0; row < roles.Length; row++)
        {
            if (roles[row] == SpanRole.Sender)
            {
                int at = Hash(s.TraceIds[row], s.SpanIds[row]) & mask;
                while (slots[at] != 0)
                {
                    at = (at + 1) & mask;
                }
                slots[at] = row + 1;
            }
        }
    }

    /// <summary>The first sender with these ids, or −1.</summary>
    public int Find(SpanTable s, TraceId traceId, SpanId spanId)
    {
        int mask = slots.Length - 1;
        for (int at = Hash(traceId, spanId) & mask; slots[at] != 0; at = (at + 1) & mask)
        {
            int row = slots[at] - 1;
            if (s.SpanIds[row] == spanId && s.TraceIds[row] == traceId)
            {
                return row;
            }
        }
        return -1;
    }

    private static int Hash(TraceId traceId, SpanId spanId) => HashCode.Combine(traceId, spanId);
}
