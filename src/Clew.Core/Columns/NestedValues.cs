using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>
/// Walks the encoded elements of an array or map. The bytes are an OTLP <c>ArrayValue</c> or <c>KeyValueList</c> message in canonical
/// form: known fields only, in order, each AnyValue with at most one member. Receivers check and establish that form.
/// </summary>
/// <remarks>
/// <code>
/// foreach (var element in new NestedValues(batch.Strings[id], isMap)) { … }
/// </code>
/// </remarks>
/// <exception cref="InvalidDataException">The bytes are not of that form.</exception>
public ref struct NestedValues(ReadOnlySpan<byte> message, bool isMap)
{
    private ReadOnlySpan<byte> rest = message;

    /// <summary>The element the walk stands on.</summary>
    public NestedValue Current { get; private set; }

    public readonly NestedValues GetEnumerator() => this;

    public bool MoveNext()
    {
        if (rest.IsEmpty)
        {
            return false;
        }
        var element = Field(ref rest, out int field, out _);
        if (field != 1)
        {
            Throw();
        }
        ReadOnlySpan<byte> key = default;
        var value = element;
        if (isMap)
        {
            value = default;
            while (!element.IsEmpty)
            {
                var content = Field(ref element, out field, out _);
                if (field == 1)
                {
                    key = content;
                }
                else if (field == 2)
                {
                    value = content;
                }
            }
        }
        Current = Read(key, value);
        return true;
    }

    private static NestedValue Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> anyValue)
    {
        if (anyValue.IsEmpty)
        {
            return new NestedValue(key, AttributeType.Empty, 0, default);
        }
        var content = Field(ref anyValue, out int field, out long bits);
        return field switch
        {
            1 => new NestedValue(key, AttributeType.String, 0, content),
            2 => new NestedValue(key, AttributeType.Bool, bits != 0 ? 1 : 0, default),
            3 => new NestedValue(key, AttributeType.Int, bits, default),
            4 => new NestedValue(key, AttributeType.Double, bits, default),
            5 => new NestedValue(key, AttributeType.Array, 0, content),
            6 => new NestedValue(key, AttributeType.Map, 0, content),
            7 => new NestedValue(key, AttributeType.Bytes, 0, content),
            _ => new NestedValue(key, AttributeType.Empty, 0, default),
        };
    }

    private static ReadOnlySpan<byte> Field(scoped ref ReadOnlySpan<byte> data, out int field, out long bits)
    {
        ulong tag = Varint(ref data);
        field = (int)(tag >> 3);
        bits = 0;
        switch (tag & 7)
        {
            case 0:
                bits = (long)Varint(ref data);
                return default;
            case 1 when data.Length >= 8:
                bits = BinaryPrimitives.ReadInt64LittleEndian(data);
                data = data[8..];
                return default;
            case 2:
                ulong length = Varint(ref data);
                if (length > (ulong)data.Length)
                {
                    Throw();
                }
                var content = data[..(int)length];
                data = data[(int)length..];
                return content;
            default:
                Throw();
                return default;
        }
    }

    private static ulong Varint(scoped ref ReadOnlySpan<byte> data)
    {
        ulong value = 0;
        for (int i = 0; i < data.Length && i < 10; i++)
        {
            value |= (ulong)(data[i] & 0x7F) << (7 * i);
            if (data[i] < 0x80)
            {
                data = data[(i + 1)..];
                return value;
            }
        }
        Throw();
        return 0;
    }

    [DoesNotReturn]
    private static void Throw() => throw new InvalidDataException("An encoded array or map is not in canonical form.");
}
