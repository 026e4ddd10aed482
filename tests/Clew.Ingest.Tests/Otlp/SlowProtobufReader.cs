using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>
/// The slow obvious way to read ExportTraceServiceRequest: a tree of fields; a message seen twice is the concatenation of both.
/// </summary>
internal sealed class SlowProtobufReader(int maxDepth = 32)
{
    private readonly UTF8Encoding strict = new(false, throwOnInvalidBytes: true);

    public SpanBatch Batch { get; } = new();

    public int Rejected { get; private set; }

    /// <summary>False where the payload is malformed.</summary>
    public bool TryRead(byte[] payload)
    {
        try
        {
            foreach (byte[] resourceSpans in Messages(Fields(payload), 1))
            {
                ResourceSpans(Fields(resourceSpans));
            }
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private void ResourceSpans(List<Field> fields)
    {
        string url = Text(fields, 3);
        var resource = Fields(Merged(fields, 1));
        int row = Batch.AddResource(Attributes(resource, 1), UInt32(resource, 2), Id(url));
        foreach (byte[] scopeSpans in Messages(fields, 2))
        {
            ScopeSpans(Fields(scopeSpans), row);
        }
    }

    private void ScopeSpans(List<Field> fields, int resource)
    {
        string url = Text(fields, 3);
        var scope = Fields(Merged(fields, 1));
        int row = Batch.AddScope(Id(Text(scope, 1)), Id(Text(scope, 2)), Attributes(scope, 3), UInt32(scope, 4), Id(url));
        foreach (byte[] span in Messages(fields, 2))
        {
            Span(Fields(span), resource, row);
        }
    }

    private void Span(List<Field> f, int resource, int scope)
    {
        var status = Fields(Merged(f, 15));
        var attributes = Attributes(f, 9);
        var events = Messages(f, 11).Select(Fields).ToList();
        var eventAttributes = events.ConvertAll(e => Attributes(e, 3));
        var links = Messages(f, 13).Select(Fields).ToList();
        var linkAttributes = links.ConvertAll(l => Attributes(l, 4));
        var validLinks = Enumerable.Range(0, links.Count).Where(i => ValidId(links[i], 1, 16) && ValidId(links[i], 2, 8)).ToList();
        string state = Text(f, 3), name = Text(f, 5), message = Text(status, 2);
        events.ForEach(e => Text(e, 2));
        links.ForEach(l => Text(l, 3));
        if (!ValidId(f, 1, 16) || !ValidId(f, 2, 8))
        {
            Rejected++;
            return;
        }
        int firstEvent = Batch.Events.Count;
        for (int i = 0; i < events.Count; i++)
        {
            int e = Batch.Events.AddRow();
            Batch.Events.Times[e] = Fixed(events[i], 1, 1);
            Batch.Events.Names[e] = Id(Text(events[i], 2));
            Batch.Events.Attributes[e] = eventAttributes[i];
            Batch.Events.DroppedAttributesCounts[e] = UInt32(events[i], 4);
        }
        int firstLink = Batch.Links.Count;
        foreach (int i in validLinks)
        {
            int l = Batch.Links.AddRow();
            Batch.Links.TraceIds[l] = TraceId.Read(Last(links[i], 1));
            Batch.Links.SpanIds[l] = SpanId.Read(Last(links[i], 2));
            Batch.Links.TraceStates[l] = Id(Text(links[i], 3));
            Batch.Links.Flags[l] = (uint)Fixed(links[i], 6, 5);
            Batch.Links.Attributes[l] = linkAttributes[i];
            Batch.Links.DroppedAttributesCounts[l] = UInt32(links[i], 5);
        }
        var t = Batch.Spans;
        int row = t.AddRow();
        t.TraceIds[row] = TraceId.Read(Last(f, 1));
        t.SpanIds[row] = SpanId.Read(Last(f, 2));
        t.ParentSpanIds[row] = Last(f, 4).Length == 8 ? SpanId.Read(Last(f, 4)) : default;
        t.TraceStates[row] = Id(state);
        t.Flags[row] = (uint)Fixed(f, 16, 5);
        t.Names[row] = Id(name);
        int kind = (int)Varint(f, 6);
        t.Kinds[row] = kind is > 0 and < 6 ? (SpanKind)kind : SpanKind.Unspecified;
        t.StartTimes[row] = Fixed(f, 7, 1);
        t.EndTimes[row] = Fixed(f, 8, 1);
        int code = (int)Varint(status, 3);
        t.StatusCodes[row] = code is > 0 and < 3 ? (StatusCode)code : StatusCode.Unset;
        t.StatusMessages[row] = Id(message);
        t.Attributes[row] = attributes;
        t.DroppedAttributesCounts[row] = UInt32(f, 10);
        t.Events[row] = new RowRange(firstEvent, events.Count);
        t.DroppedEventsCounts[row] = UInt32(f, 12);
        t.Links[row] = new RowRange(firstLink, validLinks.Count);
        ulong dropped = UInt32(f, 14) + (ulong)(links.Count - validLinks.Count);
        t.DroppedLinksCounts[row] = (uint)Math.Min(dropped, uint.MaxValue);
        t.Resources[row] = resource;
        t.Scopes[row] = scope;
    }

    private RowRange Attributes(List<Field> fields, int number)
    {
        var pairs = Messages(fields, number).Select(m => Pair(Fields(m), 0)).ToList();
        int start = Batch.Attributes.Count;
        foreach (var (key, value) in pairs)
        {
            Batch.Attributes.Add(Id(key), value.Type, AttributeTable.IsStringId(value.Type) ? Batch.Strings.Intern(value.Bytes) : value.Bits);
        }
        return new RowRange(start, pairs.Count);
    }

    private (string Key, AttributeValue Value) Pair(List<Field> fields, int level) =>
        (Text(fields, 1), AnyValue(Fields(Merged(fields, 2)), level));

    private AttributeValue AnyValue(List<Field> fields, int level)
    {
        var current = AttributeValue.Empty;
        byte[] merged = [];
        foreach (var field in fields)
        {
            switch (field.Number, field.WireType)
            {
                case (1, 2):
                    Decode(field.Bytes);
                    current = AttributeValue.Of(AttributeType.String, field.Bytes);
                    break;
                case (2, 0): current = AttributeValue.Of(field.Value != 0); break;
                case (3, 0): current = AttributeValue.Of((long)field.Value); break;
                case (4, 1): current = AttributeValue.Of(AttributeType.Double, (long)field.Value); break;
                case (5, 2) or (6, 2):
                    bool isMap = field.Number == 6;
                    if (level >= maxDepth)
                    {
                        throw new FormatException();
                    }
                    var type = isMap ? AttributeType.Map : AttributeType.Array;
                    merged = current.Type == type ? [.. merged, .. field.Bytes] : field.Bytes;
                    current = AttributeValue.Of(type, Nested(Fields(merged), isMap, level + 1));
                    break;
                case (7, 2): current = AttributeValue.Of(AttributeType.Bytes, field.Bytes); break;
            }
        }
        return current;
    }

    private byte[] Nested(List<Field> fields, bool isMap, int level)
    {
        var to = new ArrayBufferWriter<byte>();
        foreach (byte[] element in Messages(fields, 1))
        {
            if (isMap)
            {
                var (key, value) = Pair(Fields(element), level);
                NestedValueWriter.AddToMap(to, Encoding.UTF8.GetBytes(key), value.Type, value.Bits, value.Bytes);
            }
            else
            {
                var value = AnyValue(Fields(element), level);
                NestedValueWriter.AddToArray(to, value.Type, value.Bits, value.Bytes);
            }
        }
        return to.WrittenSpan.ToArray();
    }

    private static bool ValidId(List<Field> fields, int number, int length)
    {
        byte[] id = Last(fields, number);
        return id.Length == length && id.Any(b => b != 0);
    }

    private int Id(string text) => Batch.Strings.Intern(Encoding.UTF8.GetBytes(text));

    private string Text(List<Field> fields, int number)
    {
        string text = "";
        foreach (byte[] bytes in Messages(fields, number))
        {
            text = Decode(bytes);
        }
        return text;
    }

    private string Decode(byte[] bytes)
    {
        try
        {
            return strict.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw new FormatException();
        }
    }

    private static IEnumerable<byte[]> Messages(List<Field> fields, int number) =>
        fields.Where(f => f.Number == number && f.WireType == 2).Select(f => f.Bytes);

    private static byte[] Merged(List<Field> fields, int number)
    {
        // Each part must be well-formed on its own.
        var parts = Messages(fields, number).ToList();
        parts.ForEach(p => Fields(p));
        return [.. parts.SelectMany(p => p)];
    }

    private static byte[] Last(List<Field> fields, int number) => Messages(fields, number).LastOrDefault([]);

    private static ulong Varint(List<Field> fields, int number) => Fixed(fields, number, 0);

    private static uint UInt32(List<Field> fields, int number) => (uint)Varint(fields, number);

    private static ulong Fixed(List<Field> fields, int number, int wireType) =>
        fields.LastOrDefault(f => f.Number == number && f.WireType == wireType)?.Value ?? 0;

    private sealed record Field(int Number, int WireType, ulong Value, byte[] Bytes);

    private static List<Field> Fields(byte[] message)
    {
        int position = 0;
        return Fields(message, ref position, endGroup: 0, depth: 0);
    }

    private static List<Field> Fields(byte[] data, ref int p, int endGroup, int depth)
    {
        if (depth > 100)
        {
            throw new FormatException();
        }
        var fields = new List<Field>();
        while (p < data.Length)
        {
            ulong tag = Varint(data, ref p);
            int number = (int)(tag >> 3);
            if (tag > uint.MaxValue || number == 0)
            {
                throw new FormatException();
            }
            int wireType = (int)(tag & 7);
            switch (wireType)
            {
                case 0:
                    fields.Add(new Field(number, 0, Varint(data, ref p), []));
                    break;
                case 1:
                    fields.Add(new Field(number, 1, BinaryPrimitives.ReadUInt64LittleEndian(Take(data, ref p, 8)), []));
                    break;
                case 2:
                    fields.Add(new Field(number, 2, 0, Take(data, ref p, Varint(data, ref p))));
                    break;
                case 3:
                    Fields(data, ref p, number, depth + 1);
                    break;
                case 4 when endGroup == number:
                    return fields;
                case 5:
                    fields.Add(new Field(number, 5, BinaryPrimitives.ReadUInt32LittleEndian(Take(data, ref p, 4)), []));
                    break;
                default:
                    throw new FormatException();
            }
        }
        return endGroup == 0 ? fields : throw new FormatException();
    }

    private static byte[] Take(byte[] data, ref int p, ulong length)
    {
        if (length > (ulong)(data.Length - p))
        {
            throw new FormatException();
        }
        p += (int)length;
        return data[(p - (int)length)..p];
    }

    private static ulong Varint(byte[] data, ref int p)
    {
        UInt128 value = 0;
        for (int i = 0; i < 10 && p < data.Length; i++)
        {
            byte b = data[p++];
            value |= (UInt128)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                return value <= ulong.MaxValue ? (ulong)value : throw new FormatException();
            }
        }
        throw new FormatException();
    }
}
