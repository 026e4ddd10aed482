using System.Runtime.CompilerServices;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Protobuf;

// What is known of an attribute from the ones before it. Everything here only saves work: the bytes decide.
internal ref partial struct TraceWalk
{
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
        if (length == attribute.Length && data.Slice(start, length).SequenceEqual(data.Slice(attribute.Start, length)))
        {
            rows.Last = place;
            AddWithinBounds(attribute.Key, attribute.Type, attribute.Bits, ref rows);
            return true;
        }
        if (length <= attribute.KeyEnd
            || !data.Slice(start, attribute.KeyEnd).SequenceEqual(data.Slice(attribute.Start, attribute.KeyEnd)))
        {
            return false;
        }
        rows.Last = place;
        error = ReadValue(start, start + attribute.KeyEnd, end, place, attribute.Key, attribute.KeyEnd - 2, ref rows);
        return true;
    }

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
