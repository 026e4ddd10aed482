using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    /// <summary>Compares two pieces of the data, which are short: without a call, and in steps that overlap at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreSame(ReadOnlySpan<byte> data, int one, int other, int length)
    {
        ref byte a = ref MemoryMarshal.GetReference(data.Slice(one, length));
        ref byte b = ref MemoryMarshal.GetReference(data.Slice(other, length));
        if (length >= 16)
        {
            int last = length - 16;
            for (int i = 0; i < last; i += 16)
            {
                if (Vector128.LoadUnsafe(ref a, (nuint)i) != Vector128.LoadUnsafe(ref b, (nuint)i))
                {
                    return false;
                }
            }
            return Vector128.LoadUnsafe(ref a, (nuint)last) == Vector128.LoadUnsafe(ref b, (nuint)last);
        }
        if (length >= 8)
        {
            return Read<ulong>(ref a, 0) == Read<ulong>(ref b, 0) && Read<ulong>(ref a, length - 8) == Read<ulong>(ref b, length - 8);
        }
        if (length >= 4)
        {
            return Read<uint>(ref a, 0) == Read<uint>(ref b, 0) && Read<uint>(ref a, length - 4) == Read<uint>(ref b, length - 4);
        }
        for (int i = 0; i < length; i++)
        {
            if (Unsafe.Add(ref a, i) != Unsafe.Add(ref b, i))
            {
                return false;
            }
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read<T>(ref byte from, int at) => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref from, at));

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
