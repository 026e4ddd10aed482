using System.Buffers;
using System.Text.Json;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Json;

internal ref partial struct JsonTraceWalk
{
    /// <summary>Reads an owner's attributes in place of what was read for it before.</summary>
    private readonly void ReadAttributes(ref Utf8JsonReader json, ref AttributeRows rows)
    {
        json.Expect(JsonTokenType.StartArray);
        rows = new AttributeRows(batch.Attributes.Count) { Dropped = rows.Dropped };
        while (json.NextElement())
        {
            ReadAttribute(ref json, ref rows);
        }
    }

    private readonly void ReadAttribute(ref Utf8JsonReader json, ref AttributeRows rows)
    {
        ReadPair(ref json, 0, out var key, out var value);
        var keyBytes = key.Copied ? scratch.Key(0).WrittenSpan : document.Slice(key.Start, key.Length);
        var content = Content(value, 0);
        if (value.TooLong || keyBytes.Length > options.MaxKeyBytes || content.Length > options.MaxValueBytes || rows.Count >= options.MaxAttributes)
        {
            rows.LeftOut++;
            return;
        }
        int keyId = key.Copied ? batch.Strings.Intern(keyBytes) : batch.Strings.InternSlice(offset + key.Start, key.Length);
        long bits = value.Type switch
        {
            AttributeType.String when !value.Copied => batch.Strings.InternSlice(offset + value.Start, value.Length),
            AttributeType.String or AttributeType.Bytes or AttributeType.Array or AttributeType.Map => batch.Strings.Intern(content),
            _ => value.Bits,
        };
        batch.Attributes.Add(keyId, value.Type, bits);
        rows.Count++;
    }

    private readonly void ReadPair(ref Utf8JsonReader json, int level, out JsonValue key, out JsonValue value)
    {
        json.Expect(JsonTokenType.StartObject);
        key = default;
        value = default;
        while (json.NextField(out var field))
        {
            switch (field)
            {
                case JsonField.Key:
                    key = TextValue(json, scratch.Key(level));
                    break;
                case JsonField.Value:
                    value = AnyValue(ref json, level);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    private readonly JsonValue AnyValue(ref Utf8JsonReader json, int level)
    {
        json.Expect(JsonTokenType.StartObject);
        JsonValue value = default;
        while (json.NextField(out var field))
        {
            switch (field)
            {
                case JsonField.StringValue:
                    value = TextValue(json, scratch.Text(level));
                    break;
                case JsonField.BoolValue:
                    value = new JsonValue { Type = AttributeType.Bool, Bits = JsonText.Bool(json) ? 1 : 0 };
                    break;
                case JsonField.IntValue:
                    value = new JsonValue { Type = AttributeType.Int, Bits = JsonText.Int64(json) };
                    break;
                case JsonField.DoubleValue:
                    value = new JsonValue { Type = AttributeType.Double, Bits = BitConverter.DoubleToInt64Bits(JsonText.Double(json)) };
                    break;
                case JsonField.BytesValue:
                    value = BytesValue(json, scratch.Text(level));
                    break;
                case JsonField.ArrayValue:
                    value = NestedValue(ref json, AttributeType.Array, level);
                    break;
                case JsonField.KvlistValue:
                    value = NestedValue(ref json, AttributeType.Map, level);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        return value;
    }

    private readonly JsonValue NestedValue(ref Utf8JsonReader json, AttributeType type, int level)
    {
        json.Expect(JsonTokenType.StartObject);
        if (level >= options.MaxNestingDepth)
        {
            throw new JsonException(OtlpErrors.TooDeep);
        }
        var value = new JsonValue { Type = type };
        scratch.Begin(level);
        while (json.NextField(out var field))
        {
            if (field != JsonField.Values)
            {
                json.Skip();
                continue;
            }
            json.Expect(JsonTokenType.StartArray);
            scratch.Begin(level);
            value.TooLong = false;
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                AddElement(ref json, ref value, level);
            }
        }
        return value;
    }

    private readonly void AddElement(ref Utf8JsonReader json, ref JsonValue to, int level)
    {
        bool isMap = to.Type == AttributeType.Map;
        JsonValue key = default;
        JsonValue element = default;
        if (json.TokenType == JsonTokenType.Null)
        {
            // No pair is no pair, but an array keeps its places.
            if (isMap)
            {
                return;
            }
        }
        else if (isMap)
        {
            ReadPair(ref json, level + 1, out key, out element);
        }
        else
        {
            element = AnyValue(ref json, level + 1);
        }
        var keyBytes = key.Copied ? scratch.Key(level + 1).WrittenSpan : document.Slice(key.Start, key.Length);
        to.TooLong = to.TooLong || element.TooLong || !scratch.TryAdd(
            level, isMap, keyBytes, element.Type, element.Bits, Content(element, level + 1), options.MaxValueBytes);
    }

    private readonly ReadOnlySpan<byte> Content(in JsonValue value, int level) => value.Type switch
    {
        AttributeType.String or AttributeType.Bytes => value.Copied ? scratch.Text(level).WrittenSpan : document.Slice(value.Start, value.Length),
        AttributeType.Array or AttributeType.Map => scratch[level],
        _ => default,
    };

    /// <summary>A text of a span, scope or resource itself, as a string id.</summary>
    private readonly int Text(in Utf8JsonReader json, ref bool tooLong)
    {
        var value = TextValue(json, scratch.Text(0));
        var content = Content(value, 0);
        tooLong |= content.Length > options.MaxValueBytes;
        return value.Copied ? batch.Strings.Intern(content) : batch.Strings.InternSlice(offset + value.Start, value.Length);
    }

    private static JsonValue TextValue(in Utf8JsonReader json, ArrayBufferWriter<byte> buffer)
    {
        json.Expect(JsonTokenType.String);
        var value = new JsonValue
        {
            Type = AttributeType.String,
            Start = (int)json.TokenStartIndex + 1,
            Length = json.ValueSpan.Length,
            Copied = json.ValueIsEscaped,
        };
        if (value.Copied)
        {
            buffer.ResetWrittenCount();
            buffer.Advance(JsonText.Copy(json, buffer.GetSpan(value.Length)));
        }
        return value;
    }

    private static JsonValue BytesValue(in Utf8JsonReader json, ArrayBufferWriter<byte> buffer)
    {
        json.Expect(JsonTokenType.String);
        buffer.ResetWrittenCount();
        var text = buffer.GetSpan(json.ValueSpan.Length);
        buffer.Advance(JsonText.Base64(text[..JsonText.Copy(json, text)]));
        return new JsonValue { Type = AttributeType.Bytes, Copied = true };
    }

    private struct JsonValue
    {
        public AttributeType Type;
        public long Bits;

        /// <summary>The text or bytes lie in the scratch, not in the document.</summary>
        public bool Copied;
        public int Start;
        public int Length;

        /// <summary>The value is an array or map longer than allowed; its content was left out.</summary>
        public bool TooLong;
    }
}
