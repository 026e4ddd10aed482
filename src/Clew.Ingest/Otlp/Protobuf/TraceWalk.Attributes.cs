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
        int p = start;
        if (!TryContent(ref p, end, 0x0A, out int key, out int keyLength)
            || !TryContent(ref p, end, 0x12, out int value, out int valueLength)
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
                if (!TryContent(ref p, end, tag, out content, out contentLength) || p != end)
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
            case 0x18 when valueLength == 2 && data[value + 1] < 0x80:
                type = AttributeType.Int;
                bits = data[value + 1];
                break;
            case 0x18 when valueLength == 3 && data[value + 1] >= 0x80 && data[value + 2] < 0x80:
                type = AttributeType.Int;
                bits = (data[value + 1] & 0x7F) | (data[value + 2] << 7);
                break;
            case 0x21 when valueLength == 9:
                type = AttributeType.Double;
                bits = BinaryPrimitives.ReadInt64LittleEndian(data[(value + 1)..]);
                break;
            default:
                return ReadUnusualAttribute(start, end, ref rows);
        }

        int place = 2 * (rows.Count & (RememberedAttributes - 1));
        ref int keyId = ref lastTexts[place];
        if (!text.TryText(key, keyLength, data.Slice(key, keyLength), ref keyId))
        {
            return OtlpErrors.InvalidUtf8;
        }
        if (type == AttributeType.String)
        {
            ref int id = ref lastTexts[place + 1];
            if (!text.TryText(content, contentLength, data.Slice(content, contentLength), ref id))
            {
                return OtlpErrors.InvalidUtf8;
            }
            bits = id;
        }
        else if (type >= AttributeType.Bytes)
        {
            bits = text.Bytes(content, contentLength);
        }
        Add(keyId, keyLength, type, bits, contentLength, ref rows);
        return null;
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
        Add(key, keyLength, value.Type, bits, content.Length, ref rows);
        return null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Add(int key, int keyLength, AttributeType type, long bits, int contentLength, ref AttributeRows rows)
    {
        if (keyLength > options.MaxKeyBytes || contentLength > options.MaxValueBytes || rows.Count >= options.MaxAttributes)
        {
            rows.LeftOut++;
            return;
        }
        batch.Attributes.Add(key, type, bits);
        rows.Count++;
    }

    /// <summary>Reads one length-delimited field of that tag, its length in one or two bytes. False for anything else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryContent(ref int p, int end, byte tag, out int start, out int length)
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
                return TryLongContent(ref p, end, out start, out length);
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

    private readonly bool TryLongContent(ref int p, int end, out int start, out int length)
    {
        var cursor = new WireCursor(data, p, end);
        bool found = cursor.Next();
        start = cursor.Start;
        length = cursor.Length;
        p = cursor.Position;
        return found;
    }
}
