using System.Globalization;
using System.Text.Json;
using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>Writes all that is known of one span. Keep in sync with docs/api/own.md.</summary>
internal static class SpanDetailWriter
{
    private static readonly (SpanNotes Note, string Text)[] NoteTexts =
    [
        (SpanNotes.EndBeforeStart, "end before start"),
        (SpanNotes.MissingParent, "its parent is missing"),
        (SpanNotes.ConflictingDuplicate, "another span has the same id and kind and other content"),
        (SpanNotes.CycleBroken, "its parents formed a cycle, which was broken here"),
        (SpanNotes.OutsideParent, "it begins before its parent, or ends after it although the parent waits for it"),
        (SpanNotes.ClockCorrected, "its host's clock differs; for analysis its times are moved by clockOffset"),
    ];

    public static void Write(Utf8JsonWriter json, SpanBatch batch, SpanTree tree, TraceAnalyzer analyzer, int index)
    {
        var spans = batch.Spans;
        int row = tree.Rows[index];
        var notes = tree.Notes[index];
        json.WriteStartObject();
        json.WriteString("traceId"u8, spans.TraceIds[row].ToString());
        json.WriteString("spanId"u8, spans.SpanIds[row].ToString());
        if (!spans.ParentSpanIds[row].IsEmpty)
        {
            json.WriteString("parentSpanId"u8, spans.ParentSpanIds[row].ToString());
        }
        json.Utf8("name"u8, batch.Strings[spans.Names[row]]);
        json.WriteString("kind"u8, OwnNames.Of(spans.Kinds[row]));
        json.Utf8("service"u8, batch.Strings[batch.ServiceName(row)]);
        json.Decimal("start"u8, spans.StartTimes[row]);
        json.Decimal("end"u8, spans.EndTimes[row]);
        json.Decimal("duration"u8, spans.Duration(row));
        json.Decimal("selfTime"u8, tree.SelfTimes[index]);
        json.Decimal("criticalTime"u8, analyzer.Path.Times[index]);
        json.WriteNumber("depth"u8, tree.Depths[index]);
        if (notes.HasFlag(SpanNotes.ClockCorrected))
        {
            long offset = (long)(analyzer.Timeline.Starts[index] - spans.StartTimes[row]);
            json.WriteString("clockOffset"u8, offset.ToString(CultureInfo.InvariantCulture));
        }
        json.WriteStartObject("status"u8);
        json.WriteString("code"u8, OwnNames.Of(spans.StatusCodes[row]));
        Text(json, "message"u8, batch, spans.StatusMessages[row]);
        json.WriteEndObject();
        Text(json, "traceState"u8, batch, spans.TraceStates[row]);
        json.WriteNumber("flags"u8, spans.Flags[row]);
        if (SpanMatcher.Threshold(batch, row) is var threshold && threshold != SamplingThreshold.Always)
        {
            json.WriteStartObject("sampling"u8);
            json.WriteString("threshold"u8, threshold.ToString());
            json.WriteNumber("adjustedCount"u8, threshold.AdjustedCount);
            json.WriteEndObject();
        }
        Attributes(json, batch, spans.Attributes[row], spans.DroppedAttributesCounts[row]);
        Events(json, batch, spans.Events[row]);
        json.WriteNumber("droppedEventsCount"u8, spans.DroppedEventsCounts[row]);
        Links(json, batch, spans.Links[row]);
        json.WriteNumber("droppedLinksCount"u8, spans.DroppedLinksCounts[row]);
        Scope(json, batch, spans.Scopes[row]);
        Resource(json, batch, spans.Resources[row]);
        json.WriteStartArray("notes"u8);
        foreach (var (note, text) in NoteTexts)
        {
            if (notes.HasFlag(note))
            {
                json.WriteStringValue(text);
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Events(Utf8JsonWriter json, SpanBatch batch, RowRange rows)
    {
        json.WriteStartArray("events"u8);
        for (int i = rows.Start; i < rows.End; i++)
        {
            json.WriteStartObject();
            json.Decimal("time"u8, batch.Events.Times[i]);
            json.Utf8("name"u8, batch.Strings[batch.Events.Names[i]]);
            Attributes(json, batch, batch.Events.Attributes[i], batch.Events.DroppedAttributesCounts[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Links(Utf8JsonWriter json, SpanBatch batch, RowRange rows)
    {
        json.WriteStartArray("links"u8);
        for (int i = rows.Start; i < rows.End; i++)
        {
            json.WriteStartObject();
            json.WriteString("traceId"u8, batch.Links.TraceIds[i].ToString());
            json.WriteString("spanId"u8, batch.Links.SpanIds[i].ToString());
            Text(json, "traceState"u8, batch, batch.Links.TraceStates[i]);
            json.WriteNumber("flags"u8, batch.Links.Flags[i]);
            Attributes(json, batch, batch.Links.Attributes[i], batch.Links.DroppedAttributesCounts[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Scope(Utf8JsonWriter json, SpanBatch batch, int scope)
    {
        json.WriteStartObject("scope"u8);
        Text(json, "name"u8, batch, batch.Scopes.Names[scope]);
        Text(json, "version"u8, batch, batch.Scopes.Versions[scope]);
        Attributes(json, batch, batch.Scopes.Attributes[scope], batch.Scopes.DroppedAttributesCounts[scope]);
        Text(json, "schemaUrl"u8, batch, batch.Scopes.SchemaUrls[scope]);
        json.WriteEndObject();
    }

    private static void Resource(Utf8JsonWriter json, SpanBatch batch, int resource)
    {
        json.WriteStartObject("resource"u8);
        Attributes(json, batch, batch.Resources.Attributes[resource], batch.Resources.DroppedAttributesCounts[resource]);
        Text(json, "schemaUrl"u8, batch, batch.Resources.SchemaUrls[resource]);
        json.WriteEndObject();
    }

    private static void Attributes(Utf8JsonWriter json, SpanBatch batch, RowRange rows, uint dropped)
    {
        json.WriteStartArray("attributes"u8);
        for (int i = rows.Start; i < rows.End; i++)
        {
            var type = batch.Attributes.Types[i];
            long value = batch.Attributes.Values[i];
            json.WriteStartObject();
            json.Utf8("key"u8, batch.Strings[batch.Attributes.Keys[i]]);
            TypedValueWriter.WriteMembers(json, type, value, AttributeTable.IsStringId(type) ? batch.Strings[(int)value] : default);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("droppedAttributesCount"u8, dropped);
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, SpanBatch batch, int id)
    {
        if (id != 0)
        {
            json.Utf8(name, batch.Strings[id]);
        }
    }
}
