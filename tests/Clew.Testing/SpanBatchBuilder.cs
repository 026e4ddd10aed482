using System.Buffers;
using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Testing;

/// <summary>A small language to write spans down in tests.</summary>
public sealed class SpanBatchBuilder
{
    private readonly Dictionary<string, int> resources = [];
    private int scope = -1;

    public SpanBatch Batch { get; } = new();

    /// <summary>Adds a span; times are nanoseconds, ids small numbers. Returns its row.</summary>
    public int Span(
        ulong trace, ulong span, ulong parent = 0, string name = "op", string service = "svc", ulong start = 0, ulong end = 1,
        SpanKind kind = SpanKind.Internal, StatusCode status = StatusCode.Unset, params (string Key, object? Value)[] attributes)
    {
        if (!resources.TryGetValue(service, out int resource))
        {
            resource = Batch.AddResource(Attributes(("service.name", service)), 0, 0);
            resources.Add(service, resource);
        }
        if (scope < 0)
        {
            scope = Batch.AddScope(Id("test"), Id("1.0"), default, 0, 0);
        }
        var rows = Attributes(attributes);
        var t = Batch.Spans;
        int row = t.AddRow();
        t.TraceIds[row] = new TraceId(0, trace);
        t.SpanIds[row] = new SpanId(span);
        t.ParentSpanIds[row] = new SpanId(parent);
        t.TraceStates[row] = 0;
        t.Flags[row] = 0;
        t.Names[row] = Id(name);
        t.Kinds[row] = kind;
        t.StartTimes[row] = start;
        t.EndTimes[row] = end;
        t.StatusCodes[row] = status;
        t.StatusMessages[row] = 0;
        t.Attributes[row] = rows;
        t.DroppedAttributesCounts[row] = 0;
        t.Events[row] = default;
        t.DroppedEventsCounts[row] = 0;
        t.Links[row] = default;
        t.DroppedLinksCounts[row] = 0;
        t.Resources[row] = resource;
        t.Scopes[row] = scope;
        return row;
    }

    /// <summary>Adds attributes of any owner. Values: string, bool, int, long, double, byte[], null, object?[] (array), (string, object?)[] (map).</summary>
    public RowRange Attributes(params (string Key, object? Value)[] attributes)
    {
        int start = Batch.Attributes.Count;
        foreach (var (key, value) in attributes)
        {
            var (type, bits, bytes) = Encode(value);
            Batch.Attributes.Add(Id(key), type, AttributeTable.IsStringId(type) ? Batch.Strings.Intern(bytes) : bits);
        }
        return new RowRange(start, attributes.Length);
    }

    /// <summary>The id of a text.</summary>
    public int Id(string text) => Batch.Strings.Intern(Encoding.UTF8.GetBytes(text));

    private static (AttributeType Type, long Bits, byte[] Bytes) Encode(object? value)
    {
        var nested = new ArrayBufferWriter<byte>();
        switch (value)
        {
            case null: return (AttributeType.Empty, 0, []);
            case string text: return (AttributeType.String, 0, Encoding.UTF8.GetBytes(text));
            case bool b: return (AttributeType.Bool, b ? 1 : 0, []);
            case int i: return (AttributeType.Int, i, []);
            case long l: return (AttributeType.Int, l, []);
            case double d: return (AttributeType.Double, BitConverter.DoubleToInt64Bits(d), []);
            case byte[] bytes: return (AttributeType.Bytes, 0, bytes);
            case object?[] items:
                foreach (object? item in items)
                {
                    var (type, bits, content) = Encode(item);
                    NestedValueWriter.AddToArray(nested, type, bits, content);
                }
                return (AttributeType.Array, 0, nested.WrittenSpan.ToArray());
            case (string Key, object? Value)[] pairs:
                foreach (var (key, item) in pairs)
                {
                    var (type, bits, content) = Encode(item);
                    NestedValueWriter.AddToMap(nested, Encoding.UTF8.GetBytes(key), type, bits, content);
                }
                return (AttributeType.Map, 0, nested.WrittenSpan.ToArray());
            default: throw new ArgumentException($"No attribute of type {value.GetType()}.", nameof(value));
        }
    }
}
