using System.Numerics;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// One dictionary of the result from several of the inputs: each entry is brought over once, when it is first met, so that ids go by first
/// appearance here too. Bounded by the distinct entries (their text and 16 bytes each) and 4 bytes for each entry of the inputs.
/// </summary>
internal sealed class DictionaryUnion(DictionaryWriter dictionary)
{
    private readonly Dictionary<(MergeSource Source, int Dictionary), int[]> maps = []; // id + 1
    private readonly List<int> ends = [];
    private byte[] text = [];
    private ulong[] slots = new ulong[64]; // hash << 32 | id + 1, 0 is free
    private (MergeSource? Source, int Dictionary) last;
    private int[] lastMap = [];

    /// <summary>Turns ids of an input's dictionary into ids of this one.</summary>
    public void Map(MergeSource source, int ofSource, ReadOnlySpan<long> ids, Span<long> result)
    {
        int[] map = MapOf(source, ofSource);
        for (int i = 0; i < ids.Length; i++)
        {
            long id = ids[i];
            int known = (ulong)id < (ulong)map.Length ? map[id] : 0;
            result[i] = known != 0 ? known - 1 : Bring(source, ofSource, id, map);
        }
    }

    /// <summary>Turns one id.</summary>
    public long Map(MergeSource source, int ofSource, long id)
    {
        long result = 0;
        Map(source, ofSource, new ReadOnlySpan<long>(in id), new Span<long>(ref result));
        return result;
    }

    /// <summary>The id of a string.</summary>
    public int IdOf(ReadOnlySpan<byte> value)
    {
        ulong hash = StableHash.Of(value);
        int slot = (int)hash & (slots.Length - 1);
        while (slots[slot] is not 0 and var entry)
        {
            int id = (int)(uint)entry - 1;
            if (entry >> 32 == hash >> 32 && Text(id).SequenceEqual(value))
            {
                return id;
            }
            slot = (slot + 1) & (slots.Length - 1);
        }
        return Add(value, hash, slot);
    }

    private int[] MapOf(MergeSource source, int ofSource)
    {
        if (last != (source, ofSource))
        {
            if (!maps.TryGetValue((source, ofSource), out int[]? map))
            {
                maps.Add((source, ofSource), map = new int[source.Reader.Directory.Dictionaries[ofSource].Count]);
            }
            last = (source, ofSource);
            lastMap = map;
        }
        return lastMap;
    }

    private int Bring(MergeSource source, int ofSource, long id, int[] map)
    {
        int result = IdOf(source.Text(ofSource, id)); // throws where there is no such entry
        map[id] = result + 1;
        return result;
    }

    private int Add(ReadOnlySpan<byte> value, ulong hash, int slot)
    {
        int start = ends.Count == 0 ? 0 : ends[^1];
        if (start + value.Length > text.Length)
        {
            Array.Resize(ref text, (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)Math.Max(start + value.Length, 256)), (uint)Array.MaxLength));
        }
        value.CopyTo(text.AsSpan(start));
        ends.Add(checked(start + value.Length));
        slots[slot] = (hash >> 32 << 32) | (uint)ends.Count;
        if (ends.Count > slots.Length / 4 * 3)
        {
            Grow();
        }
        return dictionary.Add(value, hash);
    }

    private void Grow()
    {
        ulong[] old = slots;
        slots = new ulong[old.Length * 2];
        foreach (ulong entry in old)
        {
            if (entry == 0)
            {
                continue;
            }
            int slot = (int)StableHash.Of(Text((int)(uint)entry - 1)) & (slots.Length - 1);
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }
            slots[slot] = entry;
        }
    }

    private ReadOnlySpan<byte> Text(int id)
    {
        int start = id == 0 ? 0 : ends[id - 1];
        return text.AsSpan(start, ends[id] - start);
    }
}
