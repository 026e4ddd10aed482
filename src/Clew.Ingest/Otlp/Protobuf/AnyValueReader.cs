using System.Text.Unicode;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Protobuf;

/// <summary>What is known of an AnyValue so far.</summary>
internal struct AnyValueState
{
    public AttributeType Type;

    /// <summary>The integer, 0/1, or a double's bits.</summary>
    public long Bits;

    /// <summary>Where text or bytes begin in the data. The content of arrays and maps lies in the scratch of the value's level.</summary>
    public int Start;

    public int Length;

    /// <summary>The value is an array or map longer than allowed; its content was left out.</summary>
    public bool TooLong;
}

/// <summary>
/// Reads AnyValue messages of any form and puts arrays and maps into canonical form. The slow path: most values are read by the walk.
/// </summary>
/// <remarks>
/// As proto3 has it: a later member of the oneof replaces an earlier one, but an array (a map) that is seen twice in a row is merged,
/// that is, its elements are appended. A value seen twice in a KeyValue is merged likewise, by reading both into one state.
/// </remarks>
internal readonly ref struct AnyValueReader(ReadOnlySpan<byte> data, NestedScratch scratch, OtlpOptions options)
{
    private readonly ReadOnlySpan<byte> data = data;

    /// <summary>Reads the AnyValue at [start, end) on top of what the state holds. Null, or why it is malformed.</summary>
    public string? Read(int start, int end, int level, ref AnyValueState state)
    {
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            switch (cursor.Tag)
            {
                case (1 << 3) | 2 or (7 << 3) | 2:
                    bool isText = cursor.Tag >> 3 == 1;
                    if (isText && !Utf8.IsValid(data.Slice(cursor.Start, cursor.Length)))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    state = new AnyValueState
                    {
                        Type = isText ? AttributeType.String : AttributeType.Bytes,
                        Start = cursor.Start,
                        Length = cursor.Length,
                    };
                    break;
                case 2 << 3:
                    state = new AnyValueState { Type = AttributeType.Bool, Bits = cursor.Value != 0 ? 1 : 0 };
                    break;
                case 3 << 3:
                    state = new AnyValueState { Type = AttributeType.Int, Bits = (long)cursor.Value };
                    break;
                case (4 << 3) | 1:
                    state = new AnyValueState { Type = AttributeType.Double, Bits = (long)cursor.Value };
                    break;
                case (5 << 3) | 2 or (6 << 3) | 2:
                    var type = cursor.Tag >> 3 == 5 ? AttributeType.Array : AttributeType.Map;
                    if (level >= options.MaxNestingDepth)
                    {
                        return OtlpErrors.TooDeep;
                    }
                    if (state.Type != type)
                    {
                        state = new AnyValueState { Type = type };
                        scratch.Begin(level);
                    }
                    if (ReadElements(cursor.Start, cursor.Start + cursor.Length, level, ref state) is { } error)
                    {
                        return error;
                    }
                    break;
            }
        }
        return cursor.Failed ? OtlpErrors.MalformedProtobuf : null;
    }

    /// <summary>Text, bytes, or the canonical form of an array or map; empty for other kinds.</summary>
    public ReadOnlySpan<byte> Content(in AnyValueState state, int level) => state.Type switch
    {
        AttributeType.String or AttributeType.Bytes => data.Slice(state.Start, state.Length),
        AttributeType.Array or AttributeType.Map => scratch[level],
        _ => default,
    };

    private string? ReadElements(int start, int end, int level, ref AnyValueState state)
    {
        bool isMap = state.Type == AttributeType.Map;
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            if (cursor.Tag != ((1 << 3) | 2))
            {
                continue;
            }
            RowRange key = default;
            AnyValueState element = default;
            string? error = isMap
                ? ReadPair(cursor.Start, cursor.Start + cursor.Length, level + 1, out key, ref element)
                : Read(cursor.Start, cursor.Start + cursor.Length, level + 1, ref element);
            if (error is not null)
            {
                return error;
            }
            state.TooLong = state.TooLong || element.TooLong || !scratch.TryAdd(
                level, isMap, data.Slice(key.Start, key.Count), element.Type, element.Bits, Content(element, level + 1), options.MaxValueBytes);
        }
        return cursor.Failed ? OtlpErrors.MalformedProtobuf : null;
    }

    private string? ReadPair(int start, int end, int level, out RowRange key, ref AnyValueState value)
    {
        key = default;
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            if (cursor.Tag == ((1 << 3) | 2))
            {
                key = new RowRange(cursor.Start, cursor.Length);
                if (!Utf8.IsValid(data.Slice(cursor.Start, cursor.Length)))
                {
                    return OtlpErrors.InvalidUtf8;
                }
            }
            else if (cursor.Tag == ((2 << 3) | 2) && Read(cursor.Start, cursor.Start + cursor.Length, level, ref value) is { } error)
            {
                return error;
            }
        }
        return cursor.Failed ? OtlpErrors.MalformedProtobuf : null;
    }
}
