using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// The shapes met last in a batch, told by the batch's own ids: a span's shape is mostly found without translating its keys.
/// </summary>
/// <remarks>A fixed number of places, one for each hash. Shapes of many keys are not kept. Guarded by the shard's lock.</remarks>
internal sealed class ShapeCache(AttributeShapes shapes)
{
    private const int Places = 64;
    private const int MaxKeys = 32;

    private readonly int[] keys = new int[Places * MaxKeys];
    private readonly (int Age, int Count, int Shape)[] known = new (int, int, int)[Places];
    private int age = 1;

    /// <summary>Call when the ids mean something else.</summary>
    public void Forget() => age++;

    public bool TryFind(ReadOnlySpan<int> sourceKeys, ReadOnlySpan<AttributeType> types, out int shape)
    {
        int place = Place(sourceKeys);
        (int since, int count, shape) = known[place];
        return since == age
            && count == sourceKeys.Length
            && AreSame(MemoryMarshal.AsBytes(sourceKeys), MemoryMarshal.AsBytes(keys.AsSpan(place * MaxKeys, count)))
            && AreSame(MemoryMarshal.AsBytes(types), MemoryMarshal.AsBytes(shapes.Types(shape)));
    }

    public void Add(ReadOnlySpan<int> sourceKeys, int shape)
    {
        if (sourceKeys.Length <= MaxKeys)
        {
            int place = Place(sourceKeys);
            sourceKeys.CopyTo(keys.AsSpan(place * MaxKeys));
            known[place] = (age, sourceKeys.Length, shape);
        }
    }

    private static bool AreSame(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        a.Length == b.Length && ShortBytes.Same(ref MemoryMarshal.GetReference(a), ref MemoryMarshal.GetReference(b), a.Length);

    private static int Place(ReadOnlySpan<int> keys)
    {
        uint hash = (uint)((keys.Length * 31) + keys[0] + (keys[keys.Length >> 1] * 7) + (keys[^1] * 13));
        return (int)((hash * 0x9E3779B9u) >> 26);
    }
}
