using System.Buffers;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp;

/// <summary>
/// Buffers in which arrays and maps are put into canonical form, one per level of nesting. One set per thread, as reading is synchronous.
/// </summary>
/// <remarks>Each buffer is bounded by the longest value allowed plus one element; <see cref="Trim"/> gives large ones back.</remarks>
internal sealed class NestedScratch
{
    private const int KeptBytes = 256 * 1024;

    [ThreadStatic]
    private static NestedScratch? ofThread;

    private ArrayBufferWriter<byte>?[] levels = new ArrayBufferWriter<byte>?[8];
    private ArrayBufferWriter<byte>?[] texts = new ArrayBufferWriter<byte>?[8];
    private ArrayBufferWriter<byte>?[] keys = new ArrayBufferWriter<byte>?[8];

    public static NestedScratch OfThread => ofThread ??= new NestedScratch();

    /// <summary>The content of a level.</summary>
    public ReadOnlySpan<byte> this[int level] => At(ref levels, level).WrittenSpan;

    /// <summary>Empties a level.</summary>
    public void Begin(int level) => At(ref levels, level).ResetWrittenCount();

    /// <summary>
    /// Appends an element to a level. False, with the level emptied, where its content becomes longer than <paramref name="maxBytes"/>.
    /// </summary>
    public bool TryAdd(int level, bool isMap, ReadOnlySpan<byte> key, AttributeType type, long bits, ReadOnlySpan<byte> bytes, int maxBytes)
    {
        var to = At(ref levels, level);
        if (to.WrittenCount + (long)key.Length + bytes.Length <= maxBytes)
        {
            if (isMap)
            {
                NestedValueWriter.AddToMap(to, key, type, bits, bytes);
            }
            else
            {
                NestedValueWriter.AddToArray(to, type, bits, bytes);
            }
            if (to.WrittenCount <= maxBytes)
            {
                return true;
            }
        }
        to.ResetWrittenCount();
        return false;
    }

    /// <summary>Gives back the memory of buffers that a large value has left behind.</summary>
    public void Trim()
    {
        TrimAll(levels);
        TrimAll(texts);
        TrimAll(keys);
    }

    private static void TrimAll(ArrayBufferWriter<byte>?[] buffers)
    {
        for (int i = 0; i < buffers.Length; i++)
        {
            if (buffers[i] is { Capacity: > KeptBytes })
            {
                buffers[i] = null;
            }
        }
    }

    /// <summary>Room for a text or bytes value of a level that does not lie in the payload as it is.</summary>
    public ArrayBufferWriter<byte> Text(int level) => At(ref texts, level);

    /// <summary>Room for a key of a level that does not lie in the payload as it is.</summary>
    public ArrayBufferWriter<byte> Key(int level) => At(ref keys, level);

    private static ArrayBufferWriter<byte> At(ref ArrayBufferWriter<byte>?[] levels, int level)
    {
        if (level >= levels.Length)
        {
            Array.Resize(ref levels, Math.Max(level + 1, levels.Length * 2));
        }
        return levels[level] ??= new ArrayBufferWriter<byte>(256);
    }
}
