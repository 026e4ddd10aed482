using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Tests.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Api.Support;

/// <summary>A fixed set of traces, from an ordinary one to hostile ones.</summary>
internal static class SharedTraces
{
    /// <summary>2026-01-01T00:00:00Z.</summary>
    public const ulong Start = 1_767_225_600_000_000_000;

    public const ulong Second = 1_000_000_000;

    public const string Hostile = "</script>\"\\\u0000\u001f\u2028 \ud83e\uddf6 ünï";

    public static MemorySpanSource Source()
    {
        var b = new SpanBatchBuilder();
        // 1: an ordinary call with an error and all kinds of values.
        b.Span(1, 0x11, name: "POST /checkout", service: "storefront", start: Start, end: Start + (3 * Second), kind: SpanKind.Server,
            attributes: [("http.request.method", "POST"), ("retries", 3L), ("cached", false), ("ratio", 0.5)]);
        int pricing = b.Span(1, 0x12, parent: 0x11, name: "GET /quote", service: "pricing", start: Start + Second, end: Start + (2 * Second),
            kind: SpanKind.Client, status: StatusCode.Error,
            attributes:
            [
                ("nan", double.NaN), ("inf", double.NegativeInfinity), ("big", long.MaxValue), ("blob", new byte[] { 0, 255 }), ("nothing", null),
                ("list", new object?[] { 1L, "two", new object?[] { true } }), ("map", new (string, object?)[] { ("k", 1.5), ("nan", double.NaN) }),
            ]);
        b.Batch.Spans.StatusMessages[pricing] = b.Id("partner timed out");
        b.Batch.Spans.TraceStates[pricing] = b.Id("vendor=1");
        b.Batch.Spans.Flags[pricing] = 0x101;
        AddEvent(b, pricing, Start + Second + 1500, "exception", ("exception.type", "Timeout"));
        AddLink(b, pricing, new TraceId(7, 8), new SpanId(9), ("link.kind", "batch"));
        // 2: hostile texts, end before start, a missing parent.
        b.Span(2, 0x21, parent: 0x99, name: Hostile, service: Hostile, start: Start + (10 * Second), end: Start + (9 * Second),
            attributes: [(Hostile, Hostile), ("", "empty key")]);
        // 3: still open; bytes that are no UTF-8, a map that is no map.
        int broken = b.Span(3, 0x31, name: "broken", service: "order", start: Start + (20 * Second), end: Start + (20 * Second) + 999);
        b.Batch.Spans.Names[broken] = b.Batch.Strings.Intern([0x61, 0xFF, 0xFE]);
        int rows = b.Batch.Attributes.Count;
        b.Batch.Attributes.Add(b.Id("bad map"), AttributeType.Map, b.Batch.Strings.Intern([0x0A, 0x7F, 0x01]));
        b.Batch.Attributes.Add(b.Id("bad text"), AttributeType.String, b.Batch.Strings.Intern([0xC3, 0x28]));
        b.Batch.Spans.Attributes[broken] = new RowRange(rows, 2);
        // 4: an id of 128 bits; no service.
        int wide = b.Span(4, 0x41, name: "tick", service: "", start: Start + (30 * Second), end: Start + (30 * Second) + 1_500_500);
        b.Batch.Spans.TraceIds[wide] = new TraceId(0xAB, 0xCD);

        var source = new MemorySpanSource();
        foreach (var trace in Enumerable.Range(0, b.Batch.Count).GroupBy(i => b.Batch.Spans.TraceIds[i]))
        {
            source.Add(b.Batch, [.. trace], trace.Contains(broken) ? TraceFlags.Open : TraceFlags.None);
        }
        return source;
    }

    public static string Id(ulong trace) => new TraceId(0, trace).ToString();

    private static void AddEvent(SpanBatchBuilder b, int span, ulong time, string name, params (string, object?)[] attributes)
    {
        var rows = b.Attributes(attributes);
        int row = b.Batch.Events.AddRow();
        b.Batch.Events.Times[row] = time;
        b.Batch.Events.Names[row] = b.Id(name);
        b.Batch.Events.Attributes[row] = rows;
        b.Batch.Events.DroppedAttributesCounts[row] = 2;
        b.Batch.Spans.Events[span] = new RowRange(row, 1);
    }

    private static void AddLink(SpanBatchBuilder b, int span, TraceId trace, SpanId id, params (string, object?)[] attributes)
    {
        var rows = b.Attributes(attributes);
        int row = b.Batch.Links.AddRow();
        b.Batch.Links.TraceIds[row] = trace;
        b.Batch.Links.SpanIds[row] = id;
        b.Batch.Links.TraceStates[row] = 0;
        b.Batch.Links.Flags[row] = 0;
        b.Batch.Links.Attributes[row] = rows;
        b.Batch.Links.DroppedAttributesCounts[row] = 0;
        b.Batch.Spans.Links[span] = new RowRange(row, 1);
    }
}
