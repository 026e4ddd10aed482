using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Clew.Shop.Tests.EndToEnd;

/// <summary>As much protobuf as it takes to read an ExportTraceServiceRequest, written plainly.</summary>
internal static class WireReader
{
    private readonly record struct Field(int Number, ulong Scalar, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);

        public string Hex => Convert.ToHexStringLower(Bytes);
    }

    public static IEnumerable<SeenSpan> Spans(byte[] request)
        => Fields(request).Where(field => field.Number == 1).SelectMany(field => ResourceSpans(field.Bytes));

    private static IEnumerable<SeenSpan> ResourceSpans(byte[] message)
    {
        var fields = Fields(message);
        var resource = new Dictionary<string, string>();
        foreach (var attribute in fields.Where(field => field.Number == 1).SelectMany(field => Fields(field.Bytes)).Where(field => field.Number == 1))
            AddAttribute(attribute.Bytes, resource);
        foreach (var scope in fields.Where(field => field.Number == 2).Select(field => Fields(field.Bytes)))
        {
            string? name = scope.Where(field => field.Number == 1).SelectMany(field => Fields(field.Bytes)).FirstOrDefault(field => field.Number == 1).Bytes is { } bytes
                ? Encoding.UTF8.GetString(bytes)
                : null;
            foreach (var span in scope.Where(field => field.Number == 2))
                yield return Span(span.Bytes, resource, name);
        }
    }

    private static SeenSpan Span(byte[] message, Dictionary<string, string> resource, string? scope)
    {
        var span = new SeenSpan { Resource = resource };
        foreach (var field in Fields(message))
        {
            switch (field.Number)
            {
                case 1: span.Trace = field.Hex; break;
                case 2: span.Id = field.Hex; break;
                case 4: span.Parent = field.Hex; break;
                case 5: span.Name = field.Text; break;
                case 6: span.Kind = (int)field.Scalar; break;
                case 7: span.Start = field.Scalar; break;
                case 8: span.End = field.Scalar; break;
                case 9: AddAttribute(field.Bytes, span.Attributes); break;
                case 11: AddEvent(field.Bytes, span); break;
                case 13: AddLink(field.Bytes, span); break;
                case 15: AddStatus(field.Bytes, span); break;
                default: break;
            }
        }

        span.Texts.AddRange([span.Name, scope ?? "", .. Texts(resource), .. Texts(span.Attributes)]);
        return span;
    }

    private static void AddEvent(byte[] message, SeenSpan span)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var field in Fields(message))
        {
            if (field.Number == 2)
                span.Events.Add(field.Text);
            else if (field.Number == 3)
                AddAttribute(field.Bytes, attributes);
        }

        span.Texts.AddRange(Texts(attributes));
    }

    private static void AddLink(byte[] message, SeenSpan span)
    {
        var fields = Fields(message);
        span.Links.Add((fields.First(field => field.Number == 1).Hex, fields.First(field => field.Number == 2).Hex));
    }

    private static void AddStatus(byte[] message, SeenSpan span)
    {
        foreach (var field in Fields(message))
        {
            if (field.Number == 2)
                span.Texts.Add(field.Text);
            else if (field.Number == 3)
                span.Status = (int)field.Scalar;
        }
    }

    private static void AddAttribute(byte[] message, Dictionary<string, string> attributes)
    {
        var fields = Fields(message);
        attributes[fields.First(field => field.Number == 1).Text] = Value(Fields(fields.First(field => field.Number == 2).Bytes)[0]);
    }

    private static string Value(Field value) => value.Number switch
    {
        1 => value.Text,
        2 => value.Scalar != 0 ? "true" : "false",
        3 => ((long)value.Scalar).ToString(CultureInfo.InvariantCulture),
        4 => BitConverter.UInt64BitsToDouble(value.Scalar).ToString(CultureInfo.InvariantCulture),
        _ => Encoding.UTF8.GetString(value.Bytes),
    };

    private static IEnumerable<string> Texts(Dictionary<string, string> attributes)
        => attributes.SelectMany(attribute => (string[])[attribute.Key, attribute.Value]);

    private static List<Field> Fields(byte[] message)
    {
        var fields = new List<Field>();
        int at = 0;
        while (at < message.Length)
        {
            ulong tag = Varint(message, ref at);
            int number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    fields.Add(new Field(number, Varint(message, ref at), []));
                    break;
                case 1:
                    fields.Add(new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), []));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(message, ref at);
                    fields.Add(new Field(number, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add(new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), []));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at {at}.");
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
    }
}
