using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Protobuf;

internal ref partial struct TraceWalk
{
    /// <summary>
    /// Reads a KeyValue. Nearly all of them are: key, value, end, the value one member: those are read here; every other form is legal
    /// as well and left to <see cref="ReadUnusualAttribute"/>.
    /// </summary>
    private string? ReadAttribute(int start, int end, ref AttributeRows rows)
    {
        // Locals, which the processor keeps in registers; the fields of this struct it does not.
        var data = this.data;
        if (TryReadKnown(data, start, end, ref rows, out string? error))
        {
            return error;
        }
        int p = start;
        if (!TryContent(data, ref p, end, 0x0A, out int keyAt, out int keyLength))
        {
            return ReadUnusualAttribute(start, end, ref rows);
        }
        if (!text.TryText(keyAt, keyLength, out int key))
        {
            return OtlpErrors.InvalidUtf8;
        }
        return ReadValue(start, p, end, Know(start, keyLength, key, ref rows), key, keyLength, ref rows);
    }

    /// <summary>Reads what stands behind the key, from <paramref name="p"/> on, and remembers it at the place, unless that is 0.</summary>
    private string? ReadValue(int start, int p, int end, int place, int key, int keyLength, ref AttributeRows rows)
    {
        var data = this.data;
        // Text of less than 126 bytes: both lengths take one byte.
        if (end - p >= 4 && data[p] == 0x12 && data[p + 1] == end - p - 2 && data[p + 1] < 0x80 && data[p + 2] == 0x0A && data[p + 3] == end - p - 4
            && end - p - 4 <= options.MaxValueBytes && keyLength <= options.MaxKeyBytes)
        {
            if (!text.TryText(p + 4, end - p - 4, out int id))
            {
                return OtlpErrors.InvalidUtf8;
            }
            Remember(place, start, end, AttributeType.String, id);
            AddWithinBounds(key, AttributeType.String, id, ref rows);
            return null;
        }
        if (!TryContent(data, ref p, end, 0x12, out int value, out int valueLength)
            || p != end
            || valueLength == 0)
        {
            return ReadUnusualAttribute(start, end, ref rows);
        }

        byte tag = data[value];
        AttributeType type;
        long bits = 0;
        int content = 0;
        int contentLength = 0;
        switch (tag)
        {
            case 0x0A or 0x3A or 0x2A or 0x32:
                p = value;
                if (!TryContent(data, ref p, end, tag, out content, out contentLength) || p != end)
                {
                    return ReadUnusualAttribute(start, end, ref rows);
                }
                type = tag switch
                {
                    0x0A => AttributeType.String,
                    0x3A => AttributeType.Bytes,
                    0x2A => AttributeType.Array,
                    _ => AttributeType.Map,
                };
                if (type >= AttributeType.Array
                    && !CanonicalForm.Holds(data.Slice(content, contentLength), type == AttributeType.Map, options.MaxNestingDepth))
                {
                    return ReadUnusualAttribute(start, end, ref rows);
                }
                break;
            case 0x10 when valueLength == 2 && data[value + 1] <= 1:
                type = AttributeType.Bool;
                bits = data[value + 1];
                break;
            case 0x18 when valueLength is > 1 and <= 10 && data[value + valueLength - 1] < 0x80:
                for (int i = 1; i < valueLength; i++)
                {
                    byte b = data[value + i];
                    if (b < 0x80 && i < valueLength - 1)
                    {
                        return ReadUnusualAttribute(start, end, ref rows);
                    }
                    bits |= (long)(b & 0x7F) << (7 * (i - 1));
                }
                type = AttributeType.Int;
                break;
            case 0x21 when valueLength == 9:
                type = AttributeType.Double;
                bits = BinaryPrimitives.ReadInt64LittleEndian(data[(value + 1)..]);
                break;
            default:
                return ReadUnusualAttribute(start, end, ref rows);
        }

        if (type == AttributeType.String)
        {
            if (!text.TryText(content, contentLength, out int longId))
            {
                return OtlpErrors.InvalidUtf8;
            }
            bits = longId;
        }
        else if (type >= AttributeType.Bytes)
        {
            bits = text.Bytes(content, contentLength);
        }
        if (keyLength > options.MaxKeyBytes || contentLength > options.MaxValueBytes)
        {
            rows.LeftOut++;
            return null;
        }
        Remember(place, start, end, type, bits);
        AddWithinBounds(key, type, bits, ref rows);
        return null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Remember(int place, int start, int end, AttributeType type, long bits)
    {
        if (place != 0)
        {
            ref var attribute = ref known[place];
            attribute.Start = start;
            attribute.Length = end - start;
            attribute.Type = type;
            attribute.Bits = bits;
        }
    }

    private string? ReadUnusualAttribute(int start, int end, ref AttributeRows rows)
    {
        var reader = new AnyValueReader(data, scratch, options);
        AnyValueState value = default;
        int key = 0;
        int keyLength = 0;
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            if (cursor.Tag == ((1 << 3) | 2))
            {
                keyLength = cursor.Length;
                if (!text.TryText(cursor.Start, cursor.Length, out key))
                {
                    return OtlpErrors.InvalidUtf8;
                }
            }
            else if (cursor.Tag == ((2 << 3) | 2)
                && reader.Read(cursor.Start, cursor.Start + cursor.Length, 0, ref value) is { } error)
            {
                return error;
            }
        }
        if (cursor.Failed)
        {
            return OtlpErrors.MalformedProtobuf;
        }
        if (value.TooLong)
        {
            rows.LeftOut++;
            return null;
        }
        var content = reader.Content(value, 0);
        long bits = value.Type switch
        {
            AttributeType.String or AttributeType.Bytes => text.Bytes(value.Start, value.Length),
            AttributeType.Array or AttributeType.Map => text.Bytes(content),
            _ => value.Bits,
        };
        if (keyLength > options.MaxKeyBytes || content.Length > options.MaxValueBytes)
        {
            rows.LeftOut++;
        }
        else
        {
            AddWithinBounds(key, value.Type, bits, ref rows);
        }
        return null;
    }

    /// <summary>Reads one length-delimited field of that tag, its length in one or two bytes. False for anything else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryContent(ReadOnlySpan<byte> data, ref int p, int end, byte tag, out int start, out int length)
    {
        start = 0;
        length = 0;
        if (end - p < 2 || data[p] != tag)
        {
            return false;
        }
        length = data[p + 1];
        start = p + 2;
        if (length >= 0x80)
        {
            if (end - p < 3 || data[p + 2] >= 0x80)
            {
                return false;
            }
            length = (length & 0x7F) | (data[p + 2] << 7);
            start = p + 3;
        }
        if (length > end - start)
        {
            return false;
        }
        p = start + length;
        return true;
    }
}
