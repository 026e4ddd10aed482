using System.Numerics;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.SpanTrees;

/// <summary>Gives every span its parent, whatever the ids say, so that the result is a forest.</summary>
/// <remarks>
/// <para>Several spans may share an id: a client and a server span of one call (Zipkin's habit), or contradicting copies.
/// They are ranked: client and producer first, server and consumer last, others between; then by start, kind and content.</para>
/// <list type="bullet">
/// <item>A server or consumer span lies under the last client or producer span of its own id, where there is one.</item>
/// <item>Every other span lies under the last ranked span that has its parent id.</item>
/// <item>A parent id that no span has is noted; the span stands at the top level.</item>
/// <item>In a cycle the span that starts first (ties: by id, kind, content) loses its parent and is noted.</item>
/// </list>
/// </remarks>
internal sealed class ParentFinder
{
    private int[] visited = []; // node -> the walk that saw it first, 0 for none
    private int[] lastOf = []; // first node of a group with one id -> its last ranked node
    private int[] lastSenderOf = []; // … -> its last ranked client or producer, −1
    private readonly byte[] groups = new byte[2 * MostHashed]; // of a small trace: first node of a group by hash of its id, + 1

    /// <summary>Nodes of a small trace. Of larger ones ids are searched by halves, so that no choice of ids makes it slow.</summary>
    private const int MostHashed = 128;

    /// <summary>
    /// Sets <paramref name="parentOf"/> (node → node, −1 at the top level) and adds to <paramref name="notes"/>.
    /// </summary>
    /// <param name="batch">Where the rows lie.</param>
    /// <param name="nodes">Node → row, ordered by span id, kind, content.</param>
    /// <param name="parentOf">At least as long as the nodes.</param>
    /// <param name="notes">At least as long as the nodes.</param>
    public void Find(SpanBatch batch, ReadOnlySpan<int> nodes, int[] parentOf, SpanNotes[] notes)
    {
        Reserve(nodes.Length);
        var s = batch.Spans;
        bool hashed = nodes.Length <= MostHashed;
        int shift = 64 - BitOperations.Log2((2 * BitOperations.RoundUpToPowerOf2((uint)nodes.Length)) | 2);
        groups.AsSpan(0, hashed ? 1 << (64 - shift) : 0).Clear();
        for (int start = 0; start < nodes.Length;)
        {
            if (hashed)
            {
                groups[FreeSlot(s.SpanIds[nodes[start]], shift)] = (byte)(start + 1);
            }
            start = RankGroup(s, nodes, start);
        }
        int group = 0;
        for (int node = 0; node < nodes.Length; node++)
        {
            int row = nodes[node];
            if (s.SpanIds[row] != s.SpanIds[nodes[group]])
            {
                group = node;
            }
            int parent = IsReceiver(s.Kinds[row]) ? lastSenderOf[group] : -1;
            if (parent < 0 && !s.ParentSpanIds[row].IsEmpty)
            {
                int parentGroup = hashed
                    ? FindHashed(s, nodes, s.ParentSpanIds[row], shift)
                    : FindGroup(s, nodes, s.ParentSpanIds[row]);
                if (parentGroup >= 0)
                {
                    parent = lastOf[parentGroup];
                }
                else
                {
                    notes[node] |= SpanNotes.MissingParent;
                }
            }
            parentOf[node] = parent;
        }
        CutCycles(s, nodes, parentOf, notes);
    }

    private int RankGroup(SpanTable s, ReadOnlySpan<int> nodes, int start)
    {
        int last = start;
        int lastSender = -1;
        int node = start;
        for (; node < nodes.Length && s.SpanIds[nodes[node]] == s.SpanIds[nodes[start]]; node++)
        {
            if (RanksAtLeast(s, nodes[node], nodes[last]))
            {
                last = node;
            }
            if (IsSender(s.Kinds[nodes[node]]) && (lastSender < 0 || RanksAtLeast(s, nodes[node], nodes[lastSender])))
            {
                lastSender = node;
            }
        }
        lastOf[start] = last;
        lastSenderOf[start] = lastSender;
        return node;
    }

    private int FreeSlot(SpanId id, int shift)
    {
        int mask = (1 << (64 - shift)) - 1;
        int slot = Slot(id, shift);
        while (groups[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int FindHashed(SpanTable s, ReadOnlySpan<int> nodes, SpanId id, int shift)
    {
        int mask = (1 << (64 - shift)) - 1;
        for (int slot = Slot(id, shift); groups[slot] != 0; slot = (slot + 1) & mask)
        {
            int node = groups[slot] - 1;
            if (s.SpanIds[nodes[node]] == id)
            {
                return node;
            }
        }
        return -1;
    }

    private static int Slot(SpanId id, int shift) => (int)((id.Value * 0x9E3779B97F4A7C15UL) >> shift);

    private static int FindGroup(SpanTable s, ReadOnlySpan<int> nodes, SpanId id)
    {
        int low = 0;
        int high = nodes.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (s.SpanIds[nodes[middle]].Value < id.Value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low < nodes.Length && s.SpanIds[nodes[low]] == id ? low : -1;
    }

    // Among equals the later node wins: nodes lie in the order of kind and content.
    private static bool RanksAtLeast(SpanTable s, int row, int than)
    {
        int rank = Rank(s.Kinds[row]);
        int other = Rank(s.Kinds[than]);
        return rank != other ? rank > other : s.StartTimes[row] >= s.StartTimes[than];
    }

    private static int Rank(SpanKind kind) => IsSender(kind) ? 0 : IsReceiver(kind) ? 2 : 1;

    private static bool IsSender(SpanKind kind) => kind is SpanKind.Client or SpanKind.Producer;

    private static bool IsReceiver(SpanKind kind) => kind is SpanKind.Server or SpanKind.Consumer;

    private void CutCycles(SpanTable s, ReadOnlySpan<int> nodes, int[] parentOf, SpanNotes[] notes)
    {
        Array.Clear(visited, 0, nodes.Length);
        for (int start = 0; start < nodes.Length; start++)
        {
            int walk = start + 1;
            int node = start;
            while (node >= 0 && visited[node] == 0)
            {
                visited[node] = walk;
                node = parentOf[node];
            }
            if (node >= 0 && visited[node] == walk)
            {
                int first = FirstOfCycle(s, nodes, parentOf, node);
                parentOf[first] = -1;
                notes[first] |= SpanNotes.CycleBroken;
            }
        }
    }

    private static int FirstOfCycle(SpanTable s, ReadOnlySpan<int> nodes, int[] parentOf, int entry)
    {
        int first = entry;
        for (int node = parentOf[entry]; node != entry; node = parentOf[node])
        {
            ulong start = s.StartTimes[nodes[node]];
            ulong earliest = s.StartTimes[nodes[first]];
            if (start < earliest || (start == earliest && node < first))
            {
                first = node;
            }
        }
        return first;
    }

    private void Reserve(int count)
    {
        if (visited.Length < count)
        {
            int capacity = Math.Max(count, visited.Length * 2);
            visited = new int[capacity];
            lastOf = new int[capacity];
            lastSenderOf = new int[capacity];
        }
    }
}
