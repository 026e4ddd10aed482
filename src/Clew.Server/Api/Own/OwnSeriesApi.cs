using System.Globalization;
using System.Text.Json;
using Clew.Core.Series;
using Clew.Query.Series;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>What is answered from series: requests, errors and durations, and the service map.</summary>
internal static class OwnSeriesApi
{
    public static async Task RedAsync(ApiContext context)
    {
        var query = SeriesParameters.ReadRed(context);
        var answer = await context.Service<SeriesEngine>().RedAsync(context.Scope, query, context.Aborted);
        await context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.Decimal("from"u8, query.Range.From);
            json.Decimal("to"u8, query.Range.To);
            json.Decimal("step"u8, answer.Step);
            json.Decimal("resolution"u8, answer.Resolution);
            json.WriteStartArray("series"u8);
            foreach (var group in answer.Groups)
            {
                WriteGroup(json, query.By, group);
            }
            json.WriteEndArray();
            OwnApi.Partial(json, answer.Partial);
            AnswerNotes.Write(json, context, query.Range, answer.Groups.SelectMany(static group => group.Labels));
            json.WriteEndObject();
        });
    }

    public static async Task ServiceMapAsync(ApiContext context)
    {
        var range = SeriesParameters.Range(context);
        var map = await context.Service<SeriesEngine>().ServiceMapAsync(context.Scope, range, context.Aborted);
        await context.Http.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.Decimal("from"u8, range.From);
            json.Decimal("to"u8, range.To);
            json.Decimal("resolution"u8, map.Resolution);
            json.WriteStartArray("nodes"u8);
            foreach (var node in map.Nodes)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, node.Name);
                json.WriteString("type"u8, OwnNames.Of(node.Type));
                json.WriteNumber("spanCount"u8, node.Spans);
                json.WriteNumber("errorCount"u8, node.Errors);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("edges"u8);
            foreach (var edge in map.Edges)
            {
                WriteEdge(json, edge);
            }
            json.WriteEndArray();
            OwnApi.Partial(json, map.Partial);
            AnswerNotes.Write(json, context, range, map.Nodes.Select(static node => node.Name));
            json.WriteEndObject();
        });
    }

    private static void WriteGroup(Utf8JsonWriter json, IReadOnlyList<int> by, RedGroup group)
    {
        json.WriteStartObject();
        for (int i = 0; i < by.Count; i++)
        {
            json.WriteString(SeriesParameters.RedLabels[by[i]], group.Labels[i]);
        }
        json.WriteStartArray("points"u8);
        foreach (var point in group.Points)
        {
            json.WriteStartObject();
            json.Decimal("time"u8, point.Step);
            json.WriteNumber("count"u8, point.Count);
            json.WriteNumber("errors"u8, point.Errors);
            WriteDurations(json, "duration"u8, point.Durations);
            WriteExemplars(json, point);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes nothing where no trace stands for the others.</summary>
    private static void WriteExemplars(Utf8JsonWriter json, RedPoint point)
    {
        if (point.Slow.IsNone && point.Failed.IsNone && point.Typical.IsNone)
        {
            return;
        }
        json.WriteStartObject("exemplars"u8);
        Write("slow"u8, point.Slow);
        Write("failed"u8, point.Failed);
        Write("typical"u8, point.Typical);
        json.WriteEndObject();

        void Write(ReadOnlySpan<byte> name, Exemplar exemplar)
        {
            if (!exemplar.IsNone)
            {
                json.WriteStartObject(name);
                json.WriteString("traceId"u8, exemplar.TraceId.ToString());
                json.Decimal("duration"u8, exemplar.Duration);
                json.WriteEndObject();
            }
        }
    }

    private static void WriteEdge(Utf8JsonWriter json, ServiceEdge edge)
    {
        json.WriteStartObject();
        json.WriteString("client"u8, edge.Client);
        json.WriteString("server"u8, edge.Server);
        json.WriteString("connection"u8, edge.Connection);
        json.WriteNumber("calls"u8, edge.Calls);
        json.WriteNumber("errors"u8, edge.Errors);
        json.WriteStartObject("seenBy"u8);
        json.WriteNumber("both"u8, edge.Paired);
        json.WriteNumber("clientOnly"u8, edge.ClientOnly);
        json.WriteNumber("serverOnly"u8, edge.ServerOnly);
        json.WriteEndObject();
        WriteDurations(json, "clientDuration"u8, edge.ClientDurations);
        WriteDurations(json, "serverDuration"u8, edge.ServerDurations);
        json.WriteEndObject();
    }

    /// <summary>Writes nothing where nothing was measured.</summary>
    private static void WriteDurations(Utf8JsonWriter json, ReadOnlySpan<byte> name, LatencySketch durations)
    {
        if (durations.Count == 0)
        {
            return;
        }
        json.WriteStartObject(name);
        json.WriteString("sum"u8, durations.Sum.ToString(CultureInfo.InvariantCulture));
        json.Decimal("min"u8, durations.Min);
        json.Decimal("p50"u8, (ulong)durations.Quantile(0.5));
        json.Decimal("p95"u8, (ulong)durations.Quantile(0.95));
        json.Decimal("p99"u8, (ulong)durations.Quantile(0.99));
        json.Decimal("max"u8, durations.Max);
        json.WriteEndObject();
    }
}
