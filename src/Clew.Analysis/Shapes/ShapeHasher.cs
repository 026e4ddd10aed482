using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Analysis.Shapes;

/// <summary>
/// The shape of a trace in 64 bits: which operations call which, however often. Depends on neither ids, times nor the order of spans, and
/// stays the same for ever: it is stored. Keep in sync with <c>docs/analysis/shapes.md</c>.
/// </summary>
/// <remarks>
/// <para>H: <see cref="StableHash"/>; mix: <see cref="Mix"/>; all sums modulo 2^64.</para>
/// <list type="number">
/// <item>operation = mix(mix(H(service) + kind) + H(name)).</item>
/// <item>call = mix(caller × 0x9E3779B97F4A7C15 + operation); the caller is the parent's operation, 0 for a root, 1 where the parent is
/// missing or was cut off.</item>
/// <item>shape = mix(sum of the distinct calls), 1 instead of 0.</item>
/// </list>
/// <para>O(n), steady use allocates nothing. Memory: a fixed cache of operations, 8 bytes for each span of the largest trace, 16 for each
/// distinct call. Belongs to one thread at a time.</para>
/// </remarks>
public sealed class ShapeHasher
{
    private const ulong CallerFactor = 0x9E3779B97F4A7C15UL;
    private const ulong NoCaller = 0;
    private const ulong UnknownCaller = 1;
    private const int CacheSize = 2048;

    private readonly Operation[] cache = new Operation[CacheSize];
    private readonly DistinctHashes calls = new();
    private ulong[] operations = []; // by preorder index

    /// <summary>Forgets which string ids mean what: another dictionary, or a cleared one, follows.</summary>
    public void Forget() => Array.Clear(cache);

    /// <summary>The shape of a trace.</summary>
    public ulong Hash(SpanBatch batch, SpanTree tree)
    {
        int count = tree.Count;
        if (operations.Length < count)
        {
            operations = new ulong[Math.Max(count, operations.Length * 2)];
        }
        calls.Clear();
        var spans = batch.Spans;
        ulong sum = 0;
        ulong last = 0; // repeated calls often follow one another
        for (int i = 0; i < count; i++)
        {
            int row = tree.Rows[i];
            int parent = tree.ParentRows[i];
            ulong operation = OperationOf(batch, batch.Resources.ServiceNames[spans.Resources[row]], spans.Names[row], spans.Kinds[row]);
            ulong caller = parent >= 0 ? operations[parent] : spans.ParentSpanIds[row].IsEmpty ? NoCaller : UnknownCaller;
            ulong call = Mix((caller * CallerFactor) + operation);
            operations[i] = operation;
            if (call != last && calls.Add(call))
            {
                sum += call;
            }
            last = call;
        }
        return Math.Max(Mix(sum), 1);
    }

    private ulong OperationOf(SpanBatch batch, int service, int name, SpanKind kind)
    {
        ref var known = ref cache[((name * 31) + (service * 7) + (int)kind) & (CacheSize - 1)];
        if (known.Hash == 0 || known.Service != service || known.Name != name || known.Kind != kind)
        {
            ulong hash = Mix(Mix(StableHash.Of(batch.Strings[service]) + (ulong)kind) + StableHash.Of(batch.Strings[name]));
            known = new Operation(service, name, kind, hash);
        }
        return known.Hash;
    }

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }

    private readonly record struct Operation(int Service, int Name, SpanKind Kind, ulong Hash);
}
