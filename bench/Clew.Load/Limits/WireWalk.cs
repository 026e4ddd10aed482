namespace Clew.Load.Limits;

/// <summary>The least a reader of OTLP must do: visit every field of every message once. It keeps nothing and understands nothing.</summary>
internal static class WireWalk
{
    /// <summary>Counts the fields of an ExportTraceServiceRequest.</summary>
    public static int Count(ReadOnlySpan<byte> message) => Message(message, Kind.Request);

    private enum Kind
    {
        Leaf, Request, ResourceSpans, Resource, ScopeSpans, Scope, Span, Event, Status, KeyValue, AnyValue,
    }

    private static int Message(ReadOnlySpan<byte> data, Kind kind)
    {
        int fields = 0;
        for (int at = 0; at < data.Length; fields++)
        {
            ulong tag = Varint(data, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(data, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    int length = (int)Varint(data, ref at);
                    var child = Child(kind, (int)(tag >> 3));
                    fields += child == Kind.Leaf ? 0 : Message(data.Slice(at, length), child);
                    at += length;
                    break;
            }
        }
        return fields;
    }

    private static Kind Child(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Request, 1) => Kind.ResourceSpans,
        (Kind.ResourceSpans, 1) => Kind.Resource,
        (Kind.ResourceSpans, 2) => Kind.ScopeSpans,
        (Kind.Resource, 1) => Kind.KeyValue,
        (Kind.ScopeSpans, 1) => Kind.Scope,
        (Kind.ScopeSpans, 2) => Kind.Span,
        (Kind.Span, 9) => Kind.KeyValue,
        (Kind.Span, 11) => Kind.Event,
        (Kind.Span, 15) => Kind.Status,
        (Kind.Event, 3) => Kind.KeyValue,
        (Kind.KeyValue, 2) => Kind.AnyValue,
        _ => Kind.Leaf,
    };

    private static ulong Varint(ReadOnlySpan<byte> data, ref int at)
    {
        ulong value = data[at++];
        if (value < 0x80)
        {
            return value;
        }
        value &= 0x7F;
        for (int shift = 7; ; shift += 7)
        {
            ulong next = data[at++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
