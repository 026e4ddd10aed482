using System.Globalization;
using System.Text.Json;
using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Query.Traces;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>Writes a trace in the form of Jaeger's UI. Times are microseconds.</summary>
/// <remarks>
/// Spans come by start time, then id. Tags of a span in this order: scope name and version, its attributes, then what the
/// conversion makes of kind, status and trace state. Identical copies were removed before; Clocks are not
/// corrected here; a span whose host's clock differs carries the warning of Jaeger's own adjuster.
/// </remarks>
internal static class JaegerTraceWriter
{
    private static readonly (SpanNotes Note, string Text)[] Warnings =
    [
        (SpanNotes.EndBeforeStart, "the span ends before it starts; its duration is shown as 0"),
        (SpanNotes.ConflictingDuplicate, "another span has the same id and kind and other content"),
        (SpanNotes.CycleBroken, "the span is its own ancestor"),
    ];

    /// <summary>Writes one trace; what of it may be missing is among its warnings.</summary>
    public static void Write(Utf8JsonWriter json, MergedTrace trace)
    {
        var (traceId, batch) = (trace.TraceId, trace.Spans);
        var tree = SpanTree.Build(batch);
        var analyzer = new TraceAnalyzer();
        analyzer.Analyze(batch, tree);
        var order = Enumerable.Range(0, tree.Count)
            .OrderBy(i => batch.Spans.StartTimes[tree.Rows[i]])
            .ThenBy(i => batch.Spans.SpanIds[tree.Rows[i]]);
        var processes = new Dictionary<int, string>();
        json.WriteStartObject();
        json.WriteString("traceID"u8, JaegerNames.Of(traceId));
        json.WriteStartArray("spans"u8);
        foreach (int i in order)
        {
            int row = tree.Rows[i];
            int resource = batch.Spans.Resources[row];
            if (!processes.TryGetValue(resource, out string? process))
            {
                process = "p" + (processes.Count + 1).ToString(CultureInfo.InvariantCulture);
                processes.Add(resource, process);
            }
            WriteSpan(json, batch, row, process, tree.Notes[i], (long)(analyzer.Timeline.Starts[i] - batch.Spans.StartTimes[row]));
        }
        json.WriteEndArray();
        json.WriteStartObject("processes"u8);
        foreach (var (resource, process) in processes)
        {
            WriteProcess(json, batch, resource, process);
        }
        json.WriteEndObject();
        if (trace.Incomplete is null)
        {
            json.WriteNull("warnings"u8);
        }
        else
        {
            json.WriteStartArray("warnings"u8);
            json.WriteStringValue(trace.Incomplete);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, SpanBatch batch, int row, string process, SpanNotes notes, long clockOffset)
    {
        var spans = batch.Spans;
        json.WriteStartObject();
        json.WriteString("traceID"u8, JaegerNames.Of(spans.TraceIds[row]));
        json.WriteString("spanID"u8, spans.SpanIds[row].ToString());
        uint flags = spans.Flags[row] & 0xFF;
        if (flags != 0)
        {
            json.WriteNumber("flags"u8, flags);
        }
        json.Utf8("operationName"u8, batch.Strings[spans.Names[row]]);
        WriteReferences(json, batch, row);
        json.WriteNumber("startTime"u8, spans.StartTimes[row] / 1000);
        json.WriteNumber("duration"u8, spans.Duration(row) / 1000);
        WriteTags(json, batch, row);
        WriteLogs(json, batch, spans.Events[row]);
        json.WriteString("processID"u8, process);
        WriteWarnings(json, notes, clockOffset);
        json.WriteEndObject();
    }

    private static void WriteReferences(Utf8JsonWriter json, SpanBatch batch, int row)
    {
        var spans = batch.Spans;
        json.WriteStartArray("references"u8);
        if (!spans.ParentSpanIds[row].IsEmpty)
        {
            WriteReference(json, "CHILD_OF"u8, spans.TraceIds[row], spans.ParentSpanIds[row]);
        }
        for (int i = spans.Links[row].Start; i < spans.Links[row].End; i++)
        {
            WriteReference(json, "FOLLOWS_FROM"u8, batch.Links.TraceIds[i], batch.Links.SpanIds[i]);
        }
        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, ReadOnlySpan<byte> type, TraceId traceId, SpanId spanId)
    {
        json.WriteStartObject();
        json.WriteString("refType"u8, type);
        json.WriteString("traceID"u8, JaegerNames.Of(traceId));
        json.WriteString("spanID"u8, spanId.ToString());
        json.WriteEndObject();
    }

    private static void WriteTags(Utf8JsonWriter json, SpanBatch batch, int row)
    {
        var spans = batch.Spans;
        int scope = spans.Scopes[row];
        json.WriteStartArray("tags"u8);
        Text(json, "otel.scope.name"u8, batch.Strings[batch.Scopes.Names[scope]]);
        Text(json, "otel.scope.version"u8, batch.Strings[batch.Scopes.Versions[scope]]);
        for (int i = spans.Attributes[row].Start; i < spans.Attributes[row].End; i++)
        {
            JaegerValueWriter.WriteTag(json, batch, i);
        }
        if (JaegerNames.Of(spans.Kinds[row]) is { Length: > 0 } kind)
        {
            Text(json, "span.kind"u8, System.Text.Encoding.UTF8.GetBytes(kind));
        }
        switch (spans.StatusCodes[row])
        {
            case StatusCode.Ok:
                Text(json, "otel.status_code"u8, "OK"u8);
                break;
            case StatusCode.Error:
                Text(json, "otel.status_code"u8, "ERROR"u8);
                json.WriteStartObject();
                json.WriteString("key"u8, "error"u8);
                json.WriteString("type"u8, "bool"u8);
                json.WriteBoolean("value"u8, true);
                json.WriteEndObject();
                break;
            default:
                break;
        }
        Text(json, "otel.status_description"u8, batch.Strings[spans.StatusMessages[row]]);
        Text(json, "w3c.tracestate"u8, batch.Strings[spans.TraceStates[row]]);
        json.WriteEndArray();
    }

    private static void WriteLogs(Utf8JsonWriter json, SpanBatch batch, RowRange rows)
    {
        json.WriteStartArray("logs"u8);
        for (int i = rows.Start; i < rows.End; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp"u8, batch.Events.Times[i] / 1000);
            json.WriteStartArray("fields"u8);
            Text(json, "event"u8, batch.Strings[batch.Events.Names[i]]);
            for (int a = batch.Events.Attributes[i].Start; a < batch.Events.Attributes[i].End; a++)
            {
                JaegerValueWriter.WriteTag(json, batch, a);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteProcess(Utf8JsonWriter json, SpanBatch batch, int resource, string process)
    {
        json.WriteStartObject(process);
        int service = batch.Resources.ServiceNames[resource];
        if (service == 0)
        {
            json.WriteString("serviceName"u8, JaegerNames.NoService);
        }
        else
        {
            json.Utf8("serviceName"u8, batch.Strings[service]);
        }
        json.WriteStartArray("tags"u8);
        var rows = batch.Resources.Attributes[resource];
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (!batch.Strings[batch.Attributes.Keys[i]].SequenceEqual("service.name"u8))
            {
                JaegerValueWriter.WriteTag(json, batch, i);
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter json, SpanNotes notes, long clockOffset)
    {
        if (clockOffset == 0 && !Warnings.Any(w => notes.HasFlag(w.Note)))
        {
            json.WriteNull("warnings"u8);
            return;
        }
        json.WriteStartArray("warnings"u8);
        foreach (var (note, text) in Warnings)
        {
            if (notes.HasFlag(note))
            {
                json.WriteStringValue(text);
            }
        }
        if (clockOffset != 0)
        {
            json.WriteStringValue($"clock skew adjustment disabled; not applying calculated delta of {JaegerDuration.Format(clockOffset)}");
        }
        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return;
        }
        json.WriteStartObject();
        json.WriteString("key"u8, key);
        json.WriteString("type"u8, "string"u8);
        json.Utf8("value"u8, value);
        json.WriteEndObject();
    }
}
