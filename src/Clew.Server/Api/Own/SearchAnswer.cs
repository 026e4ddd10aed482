using System.Globalization;
using System.Text.Json;
using Clew.Analysis.Shapes;
using Clew.Analysis.SpanTrees;
using Clew.Core.Model;
using Clew.Query.Search;
using Clew.Query.Traces;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>A search's page: what is kept of each trace, and how it is written.</summary>
internal static class SearchAnswer
{
    /// <summary>Makes entries of traces; its buffers serve one search.</summary>
    public static Func<MergedTrace, Entry> Projector()
    {
        var builder = new SpanTreeBuilder();
        var analyzer = new TraceAnalyzer();
        var shapes = new ShapeHasher();
        return trace =>
        {
            var tree = builder.Build(trace.Spans);
            analyzer.Analyze(trace.Spans, tree);
            shapes.Forget();
            return new Entry(
                trace.TraceId, TraceSummary.Of(trace.Spans, tree, analyzer.Path.Times), shapes.Hash(trace.Spans, tree), trace.MatchedSpans,
                trace.IsComplete, TraceWords.Closed(trace), [.. TraceWords.Notes(trace, tree)]);
        };
    }

    public static void Write(Utf8JsonWriter json, TracePage<Entry> page, Action writeNotes)
    {
        json.WriteStartObject();
        json.WriteStartArray("traces"u8);
        foreach (var entry in page.Traces)
        {
            Write(json, entry);
        }
        json.WriteEndArray();
        if (page.Next is { } next)
        {
            json.WriteString("next"u8, next.ToString());
        }
        if (page.Total is { } total)
        {
            json.WriteStartObject("total"u8);
            json.WriteString("kind"u8, total.IsExact ? "exact"u8 : "bound"u8);
            json.WriteNumber("value"u8, total.Value);
            json.WriteEndObject();
        }
        json.WriteStartObject("stats"u8);
        json.WriteNumber("spansScanned"u8, page.Statistics.SpansScanned);
        json.WriteNumber("segmentsScanned"u8, page.Statistics.SegmentsScanned);
        json.WriteNumber("segmentsSkipped"u8, page.Statistics.SegmentsSkipped);
        json.WriteNumber("milliseconds"u8, Math.Round(page.Statistics.Milliseconds, 3));
        json.WriteEndObject();
        if (page.Partial is not null)
        {
            json.WriteString("partial"u8, page.Partial);
        }
        writeNotes();
        json.WriteEndObject();
    }

    /// <summary>Writes one trace.</summary>
    public static void Write(Utf8JsonWriter json, Entry entry)
    {
        var summary = entry.Summary;
        json.WriteStartObject();
        json.WriteString("traceId"u8, entry.TraceId.ToString());
        if (summary.RootService is not null)
        {
            json.WriteString("rootService"u8, summary.RootService);
            json.WriteString("rootName"u8, summary.RootName);
        }
        json.Decimal("start"u8, summary.StartTime);
        json.Decimal("duration"u8, summary.Duration);
        json.WriteNumber("spanCount"u8, summary.SpanCount);
        json.WriteNumber("errorCount"u8, summary.ErrorCount);
        json.WriteNumber("matchedSpans"u8, entry.MatchedSpans);
        json.WriteBoolean("complete"u8, entry.IsComplete);
        json.WriteString("closed"u8, entry.Closed);
        json.WriteString("shape"u8, entry.Shape.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteStartArray("notes"u8);
        foreach (string note in entry.Notes)
        {
            json.WriteStringValue(note);
        }
        json.WriteEndArray();
        json.WriteStartArray("services"u8);
        foreach (var service in summary.Services)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, service.Name);
            json.WriteNumber("spanCount"u8, service.SpanCount);
            json.WriteNumber("errorCount"u8, service.ErrorCount);
            json.Decimal("selfTime"u8, service.SelfTime);
            json.Decimal("criticalTime"u8, service.CriticalTime);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal sealed record Entry(
        TraceId TraceId, TraceSummary Summary, ulong Shape, int MatchedSpans, bool IsComplete, string Closed, IReadOnlyList<string> Notes);
}
