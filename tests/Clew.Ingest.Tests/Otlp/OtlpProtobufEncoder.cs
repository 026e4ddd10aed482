using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>Encodes a batch as ExportTraceServiceRequest, every field written, one ResourceSpans for each run of spans of one resource.</summary>
internal static class OtlpProtobufEncoder
{
    public static byte[] Encode(SpanBatch b)
    {
        var request = new ProtoWriter();
        for (int i = 0; i < b.Count;)
        {
            int resource = b.Spans.Resources[i];
            int scope = b.Spans.Scopes[i];
            int first = i;
            while (i < b.Count && b.Spans.Resources[i] == resource && b.Spans.Scopes[i] == scope)
            {
                i++;
            }
            int end = i;
            request.Message(1, resourceSpans => resourceSpans
                .Message(1, m => Attributes(m, 1, b, b.Resources.Attributes[resource]).Varint(2, b.Resources.DroppedAttributesCounts[resource]))
                .Message(2, scopeSpans =>
                {
                    scopeSpans.Message(1, m => Attributes(
                        m.Bytes(1, b.Strings[b.Scopes.Names[scope]]).Bytes(2, b.Strings[b.Scopes.Versions[scope]]), 3, b, b.Scopes.Attributes[scope])
                        .Varint(4, b.Scopes.DroppedAttributesCounts[scope]));
                    for (int span = first; span < end; span++)
                    {
                        scopeSpans.Message(2, Span(b, span));
                    }
                    scopeSpans.Bytes(3, b.Strings[b.Scopes.SchemaUrls[scope]]);
                })
                .Bytes(3, b.Strings[b.Resources.SchemaUrls[resource]]));
        }
        return request.ToArray();
    }

    public static ProtoWriter Span(SpanBatch b, int i)
    {
        var s = b.Spans;
        var m = new ProtoWriter();
        m.Bytes(1, TraceId(s.TraceIds[i])).Bytes(2, SpanId(s.SpanIds[i])).Bytes(3, b.Strings[s.TraceStates[i]]);
        m.Bytes(4, s.ParentSpanIds[i].IsEmpty ? [] : SpanId(s.ParentSpanIds[i]));
        m.Bytes(5, b.Strings[s.Names[i]]).Varint(6, (ulong)s.Kinds[i]).Fixed64(7, s.StartTimes[i]).Fixed64(8, s.EndTimes[i]);
        Attributes(m, 9, b, s.Attributes[i]).Varint(10, s.DroppedAttributesCounts[i]);
        for (int e = s.Events[i].Start; e < s.Events[i].End; e++)
        {
            int row = e;
            m.Message(11, x => Attributes(x.Fixed64(1, b.Events.Times[row]).Bytes(2, b.Strings[b.Events.Names[row]]), 3, b, b.Events.Attributes[row])
                .Varint(4, b.Events.DroppedAttributesCounts[row]));
        }
        m.Varint(12, s.DroppedEventsCounts[i]);
        for (int l = s.Links[i].Start; l < s.Links[i].End; l++)
        {
            int row = l;
            m.Message(13, x => Attributes(
                x.Bytes(1, TraceId(b.Links.TraceIds[row])).Bytes(2, SpanId(b.Links.SpanIds[row])).Bytes(3, b.Strings[b.Links.TraceStates[row]]),
                4, b, b.Links.Attributes[row]).Varint(5, b.Links.DroppedAttributesCounts[row]).Fixed32(6, b.Links.Flags[row]));
        }
        m.Varint(14, s.DroppedLinksCounts[i]);
        m.Message(15, x => x.Bytes(2, b.Strings[s.StatusMessages[i]]).Varint(3, (ulong)s.StatusCodes[i]));
        return m.Fixed32(16, s.Flags[i]);
    }

    public static ProtoWriter Attributes(ProtoWriter to, int field, SpanBatch b, RowRange rows)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            var value = b.Value(i);
            var key = b.Strings[b.Attributes.Keys[i]].ToArray();
            to.Message(field, x => x.Bytes(1, key).Message(2, any => AnyValue(any, value)));
        }
        return to;
    }

    private static void AnyValue(ProtoWriter to, AttributeValue value)
    {
        switch (value.Type)
        {
            case AttributeType.String: to.Bytes(1, value.Bytes); break;
            case AttributeType.Bool: to.Varint(2, (ulong)value.Bits); break;
            case AttributeType.Int: to.Varint(3, (ulong)value.Bits); break;
            case AttributeType.Double: to.Fixed64(4, (ulong)value.Bits); break;
            case AttributeType.Array: to.Bytes(5, value.Bytes); break;
            case AttributeType.Map: to.Bytes(6, value.Bytes); break;
            case AttributeType.Bytes: to.Bytes(7, value.Bytes); break;
        }
    }

    public static byte[] TraceId(TraceId id)
    {
        byte[] bytes = new byte[16];
        id.Write(bytes);
        return bytes;
    }

    public static byte[] SpanId(SpanId id)
    {
        byte[] bytes = new byte[8];
        id.Write(bytes);
        return bytes;
    }
}
