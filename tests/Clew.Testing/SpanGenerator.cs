using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Testing;

/// <summary>
/// Generates spans that use the whole model (all kinds of value, events, links, dropped counts, odd times), the same for the same seed.
/// </summary>
public sealed class SpanGenerator(int seed)
{
    private static readonly string[] Services = ["storefront", "pricing", "inventory", "order", ""];
    private static readonly string[] Names = ["GET /", "POST /checkout", "SELECT", "publish", "ünïcödé", ""];
    private static readonly string[] Keys = ["http.request.method", "http.response.status_code", "user.id", "db.query.text", "flag", "blob", "list", "map"];

    private readonly Random random = new(seed);

    /// <summary>Nanoseconds around which times lie.</summary>
    public ulong Now { get; set; } = 1_767_225_600_000_000_000;

    /// <summary>Spans of up to <paramref name="traces"/> traces, in random order, some of them without their root.</summary>
    public SpanBatch Batch(int spans, int traces = 5, ulong firstTrace = 1)
    {
        var builder = new SpanBatchBuilder();
        for (int i = 0; i < spans; i++)
        {
            Add(builder, (ulong)i + 1, firstTrace + (ulong)random.Next(traces));
        }
        return builder.Batch;
    }

    /// <summary>Adds one span of that id to that trace.</summary>
    public int Add(SpanBatchBuilder builder, ulong spanId, ulong traceId)
    {
        ulong start = random.Next(20) switch
        {
            0 => 0,
            1 => Now + 31_536_000_000_000_000,
            _ => Now + (ulong)random.NextInt64(60_000_000_000),
        };
        ulong end = random.Next(20) switch
        {
            0 => start > 5 ? start - 5 : start,
            1 => start,
            2 => start + 3_155_760_000_000_000_000,
            _ => start + (ulong)random.NextInt64(5_000_000_000),
        };
        // Attributes of the resource first, so that Span() finds its own consecutive.
        int row = builder.Span(
            traceId, spanId, parent: random.Next(4) == 0 ? 0 : (ulong)random.Next(1, 20), name: Pick(Names), service: Pick(Services),
            start: start, end: end, kind: (SpanKind)random.Next(6), status: (StatusCode)random.Next(3),
            attributes: [.. Enumerable.Range(0, random.Next(6)).Select(_ => (Pick(Keys), Value(0)))]);
        var batch = builder.Batch;
        var s = batch.Spans;
        s.TraceStates[row] = random.Next(5) == 0 ? builder.Id("ot=th:8;rv:0123456789abcd") : 0;
        s.Flags[row] = (uint)random.Next(0, 0x400);
        s.StatusMessages[row] = s.StatusCodes[row] == StatusCode.Error ? builder.Id("it failed") : 0;
        s.DroppedAttributesCounts[row] = (uint)random.Next(2);
        s.DroppedEventsCounts[row] = (uint)random.Next(2);
        s.DroppedLinksCounts[row] = (uint)random.Next(2);
        s.Events[row] = Events(builder, start);
        s.Links[row] = Links(builder);
        return row;
    }

    private RowRange Events(SpanBatchBuilder builder, ulong start)
    {
        var table = builder.Batch.Events;
        int count = random.Next(4) == 0 ? random.Next(1, 4) : 0;
        int first = table.Count;
        for (int i = 0; i < count; i++)
        {
            var attributes = builder.Attributes(("exception.type", "Timeout"), ("n", Value(0)));
            int row = table.AddRow();
            table.Times[row] = start + (ulong)i;
            table.Names[row] = builder.Id("exception");
            table.Attributes[row] = attributes;
            table.DroppedAttributesCounts[row] = (uint)random.Next(2);
        }
        return new RowRange(first, count);
    }

    private RowRange Links(SpanBatchBuilder builder)
    {
        var table = builder.Batch.Links;
        int count = random.Next(6) == 0 ? random.Next(1, 3) : 0;
        int first = table.Count;
        for (int i = 0; i < count; i++)
        {
            var attributes = builder.Attributes(("link.kind", "batch"));
            int row = table.AddRow();
            table.TraceIds[row] = new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64());
            table.SpanIds[row] = new SpanId((ulong)random.NextInt64());
            table.TraceStates[row] = random.Next(2) == 0 ? builder.Id("vendor=1") : 0;
            table.Flags[row] = (uint)random.Next(0, 0x400);
            table.Attributes[row] = attributes;
            table.DroppedAttributesCounts[row] = (uint)random.Next(2);
        }
        return new RowRange(first, count);
    }

    private object? Value(int depth) => random.Next(depth > 2 ? 6 : 8) switch
    {
        0 => Pick(["GET", "", "a longer text with ünïcödé", "42"]),
        1 => random.Next(2) == 0,
        2 => random.NextInt64(-3, 500),
        3 => Pick([0.5, double.NaN, double.PositiveInfinity, -0.0, 1e300]),
        4 => new byte[] { 0, 255, (byte)random.Next(256) },
        5 => null,
        6 => Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1)).ToArray(),
        _ => Enumerable.Range(0, random.Next(4)).Select(i => ($"k{i}", Value(depth + 1))).ToArray(),
    };

    private T Pick<T>(T[] items) => items[random.Next(items.Length)];
}
