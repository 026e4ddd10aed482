using System.Text.Unicode;

namespace Clew.Ingest.Otlp.Protobuf;

/// <summary>
/// Tells whether the bytes of an ArrayValue or KeyValueList are exactly what <c>NestedValueWriter</c> writes for them, so that they can be
/// handed over as they are and equal values have equal bytes.
/// </summary>
/// <remarks>Says only yes or "not so"; what is wrong with the bytes, if anything, is found when they are read in full.</remarks>
internal static class CanonicalForm
{
    /// <summary>True for canonical bytes with at most <paramref name="levels"/> levels of nesting, this one included.</summary>
    public static bool Holds(ReadOnlySpan<byte> message, bool isMap, int levels)
    {
        if (levels <= 0)
        {
            return false;
        }
        while (!message.IsEmpty)
        {
            if (!TryContent(ref message, 0x0A, out var element))
            {
                return false;
            }
            var value = element;
            if (isMap && !(TryContent(ref element, 0x0A, out var key) && Utf8.IsValid(key)
                && TryContent(ref element, 0x12, out value) && element.IsEmpty))
            {
                return false;
            }
            if (!HoldsAnyValue(value, levels))
            {
                return false;
            }
        }
        return true;
    }

    private static bool HoldsAnyValue(ReadOnlySpan<byte> value, int levels)
    {
        if (value.IsEmpty)
        {
            return true;
        }
        byte tag = value[0];
        switch (tag)
        {
            case 0x10:
                return value.Length == 2 && value[1] <= 1;
            case 0x18:
                value = value[1..];
                return TryMinimalVarint(ref value, out _) && value.IsEmpty;
            case 0x21:
                return value.Length == 9;
            case 0x0A or 0x2A or 0x32 or 0x3A:
                return TryContent(ref value, tag, out var content) && value.IsEmpty && tag switch
                {
                    0x0A => Utf8.IsValid(content),
                    0x3A => true,
                    _ => Holds(content, isMap: tag == 0x32, levels - 1),
                };
            default:
                return false;
        }
    }

    private static bool TryContent(scoped ref ReadOnlySpan<byte> data, byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (data.IsEmpty || data[0] != tag)
        {
            return false;
        }
        var rest = data[1..];
        if (!TryMinimalVarint(ref rest, out ulong length) || length > (ulong)rest.Length)
        {
            return false;
        }
        content = rest[..(int)length];
        data = rest[(int)length..];
        return true;
    }

    private static bool TryMinimalVarint(scoped ref ReadOnlySpan<byte> data, out ulong value)
    {
        value = 0;
        for (int i = 0; i < data.Length && i < 10; i++)
        {
            byte b = data[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                data = data[(i + 1)..];
                // A last byte of zero is one byte too many; a tenth byte over one does not fit 64 bits.
                return (i == 0 || b != 0) && (i < 9 || b == 1);
            }
        }
        return false;
    }
}
