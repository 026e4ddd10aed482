using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Protobuf;

// What is known of an attribute from the ones before it. Everything here only saves work: the bytes decide.
internal ref partial struct TraceWalk
{
    /// <summary>
    /// Reads attributes of a span from <paramref name="p"/> on while their keys are those that are expected, and remain within a byte of
    /// length. Returns where it stopped; there may be more attributes, of any kind.
    /// </summary>
    private int ReadExpected(int p, int end, ref AttributeRows rows, out string? error)
    {
        var data = this.data;
        var known = this.known;
        error = null;
        ref byte bytes = ref MemoryMarshal.GetReference(data);
        // What is compared may lie behind the attribute, but not behind the data.
        int most = Math.Min(end - 2, data.Length - 2 - ShortBytes.Window);
        while (p <= most)
        {
            int length = Unsafe.Add(ref bytes, p + 1);
            if (Unsafe.Add(ref bytes, p) != AttributeTag || length >= 0x80 || length > end - p - 2)
            {
                return p;
            }
            ref var before = ref known[rows.Last];
            int place = before.Next;
            ref var attribute = ref known[place];
            int same = ShortBytes.Prefix(ref Unsafe.Add(ref bytes, p + 2), ref Unsafe.Add(ref bytes, attribute.Start));
            if (same < attribute.KeyEnd || length <= attribute.KeyEnd || place == 0)
            {
                place = before.OtherNext;
                attribute = ref known[place];
                same = ShortBytes.Prefix(ref Unsafe.Add(ref bytes, p + 2), ref Unsafe.Add(ref bytes, attribute.Start));
                if (same < attribute.KeyEnd || length <= attribute.KeyEnd || place == 0)
                {
                    return p;
                }
                (before.Next, before.OtherNext) = (place, before.Next);
            }
            rows.Last = place;
            int start = p + 2;
            p = start + length;
            if (length == attribute.Length
                && (same >= length || (same == ShortBytes.Window && AreSame(data, start + same, attribute.Start + same, length - same))))
            {
                AddWithinBounds(attribute.Key, attribute.Type, attribute.Bits, ref rows);
                continue;
            }
            error = ReadValue(start, start + attribute.KeyEnd, p, place, attribute.Key, attribute.KeyEnd - 2, ref rows);
            if (error is not null)
            {
                return p;
            }
        }
        return p;
    }

    /// <summary>
    /// Reads a KeyValue whose key came behind the one before it lately. False, and nothing done, for any other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadKnown(ReadOnlySpan<byte> data, int start, int end, ref AttributeRows rows, out string? error)
    {
        ref var before = ref known[rows.Last];
        int place = before.Next;
        if (place != 0)
        {
            if (TryReadKnown(data, start, end, place, ref rows, out error))
            {
                return true;
            }
            place = before.OtherNext;
            if (place != 0 && TryReadKnown(data, start, end, place, ref rows, out error))
            {
                (before.Next, before.OtherNext) = (place, before.Next);
                return true;
            }
        }
        error = null;
        return false;
    }

    private bool TryReadKnown(ReadOnlySpan<byte> data, int start, int end, int place, ref AttributeRows rows, out string? error)
    {
        ref var attribute = ref known[place];
        int length = end - start;
        error = null;
        int keyEnd = attribute.KeyEnd;
        if (length <= keyEnd || !AreSame(data, start, attribute.Start, keyEnd))
        {
            return false;
        }
        rows.Last = place;
        if (length == attribute.Length && AreSame(data, start + keyEnd, attribute.Start + keyEnd, length - keyEnd))
        {
            AddWithinBounds(attribute.Key, attribute.Type, attribute.Bits, ref rows);
            return true;
        }
        error = ReadValue(start, start + keyEnd, end, place, attribute.Key, keyEnd - 2, ref rows);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreSame(ReadOnlySpan<byte> data, int one, int other, int length) => ShortBytes.Same(
        ref MemoryMarshal.GetReference(data.Slice(one, length)), ref MemoryMarshal.GetReference(data.Slice(other, length)), length);

    /// <summary>The place of a key that was read in full; it is the one that is expected next time behind the one before it.</summary>
    private int Know(int start, int keyLength, int key, ref AttributeRows rows)
    {
        if (keyLength >= 0x80)
        {
            return 0;
        }
        int place = places[key & (places.Length - 1)];
        if (place == 0 || known[place].Key != key)
        {
            place = nextPlace;
            nextPlace = nextPlace + 1 < KnownAttribute.Most ? nextPlace + 1 : 1;
            known[place] = new KnownAttribute { Start = start, KeyEnd = 2 + keyLength, Key = key };
            places[key & (places.Length - 1)] = (byte)place;
        }
        ref var before = ref known[rows.Last];
        if (before.Next != place)
        {
            (before.Next, before.OtherNext) = (place, before.Next);
        }
        rows.Last = place;
        return place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void AddWithinBounds(int key, AttributeType type, long bits, ref AttributeRows rows)
    {
        if (rows.Count >= options.MaxAttributes)
        {
            rows.LeftOut++;
            return;
        }
        batch.Attributes.Add(key, type, bits);
        rows.Count++;
    }
}
