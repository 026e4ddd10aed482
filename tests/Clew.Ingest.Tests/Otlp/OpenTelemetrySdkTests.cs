using System.Diagnostics;
using System.Globalization;
using Clew.Core.Columns;
using Clew.Core.Model;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>The real OpenTelemetry .NET SDK sends; what it recorded is what arrives, attribute by attribute.</summary>
public class OpenTelemetrySdkTests
{
    private const int Spans = 10_000;

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task TenThousandSpansArriveAttributeByAttribute(OtlpExportProtocol protocol)
    {
        await using var host = await OtlpHost.StartAsync();
        using var source = new ActivitySource("shop." + protocol, "2.1");
        var expected = new Dictionary<string, Activity>();
        var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("checkout", serviceVersion: "1.4", autoGenerateServiceInstanceId: false))
            .AddOtlpExporter(o =>
            {
                o.Protocol = protocol;
                o.Endpoint = protocol == OtlpExportProtocol.Grpc ? host.Grpc : new Uri(host.Http, "/v1/traces");
                o.ExportProcessorType = ExportProcessorType.Batch;
                o.BatchExportProcessorOptions = new BatchExportProcessorOptions<Activity>
                {
                    MaxQueueSize = 2 * Spans,
                    MaxExportBatchSize = 512,
                    ScheduledDelayMilliseconds = 1000,
                    ExporterTimeoutMilliseconds = 60_000,
                };
            })
            .Build();
        var random = new Random(1);
        for (int i = 0; i < Spans; i++)
        {
            using var activity = Record(source, random, i);
            expected.Add(activity.SpanId.ToHexString(), activity);
        }
        Assert.True(provider.ForceFlush(60_000));
        provider.Dispose();

        var b = host.Intake.Batch;
        Assert.Equal(Spans, b.Count);
        for (int i = 0; i < b.Count; i++)
        {
            var activity = expected[b.Spans.SpanIds[i].ToString()];
            Assert.Equal(Describe(activity), Describe(b, i));
            Assert.Equal("checkout", b.Text(b.ServiceName(i)));
            Assert.Equal((source.Name, "2.1"), (b.Text(b.Scopes.Names[b.Spans.Scopes[i]]), b.Text(b.Scopes.Versions[b.Spans.Scopes[i]])));
        }
    }

    private static Activity Record(ActivitySource source, Random random, int i)
    {
        var link = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "vendor=1");
        var parent = i % 3 == 0
            ? default
            : new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, i % 5 == 0 ? "k=v" : null);
        var activity = source.StartActivity(
            "op " + (i % 7).ToString(CultureInfo.InvariantCulture), (ActivityKind)(i % 5), parent, links: i % 11 == 0 ? [new ActivityLink(link)] : null)!;
        activity.SetTag("text", "ünï " + i.ToString(CultureInfo.InvariantCulture)).SetTag("flag", i % 2 == 0).SetTag("int", random.NextInt64())
            .SetTag("double", i % 100 == 0 ? double.NaN : random.NextDouble()).SetTag("list", new[] { "a", "b" }).SetTag("numbers", new long[] { 1, -1 });
        if (i % 13 == 0)
        {
            activity.SetStatus(ActivityStatusCode.Error, "it failed");
            activity.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection { ["exception.type"] = "Timeout" }));
        }
        activity.Stop();
        return activity;
    }

    private static string Describe(Activity a)
    {
        string events = string.Concat(a.Events.Select(e => $"{e.Name}@{Nanoseconds(e.Timestamp.UtcDateTime)}{{{string.Join(';', e.Tags.Select(t => $"{t.Key}={t.Value}"))}}}"));
        string links = string.Concat(a.Links.Select(l => $"{l.Context.TraceId}/{l.Context.SpanId}/{l.Context.TraceState}"));
        string tags = string.Join(';', a.TagObjects.Select(t => t.Key + "=" + t.Value switch
        {
            string s => s,
            bool v => v ? "true" : "false",
            double d => d.ToString("R", CultureInfo.InvariantCulture),
            Array items => "[" + string.Join(',', items.Cast<object>()) + "]",
            _ => string.Create(CultureInfo.InvariantCulture, $"{t.Value}"),
        }));
        string parent = a.ParentSpanId == default ? "0000000000000000" : a.ParentSpanId.ToHexString();
        string status = a.Status == ActivityStatusCode.Error ? "Error" : "Unset";
        return $"{a.TraceId}/{a.SpanId}<{parent} {a.DisplayName} {a.Kind} {Nanoseconds(a.StartTimeUtc)}..{Nanoseconds(a.StartTimeUtc + a.Duration)} "
            + $"{status} {a.StatusDescription} state={a.TraceStateString} {{{tags}}} {events} {links}";
    }

    private static string Describe(SpanBatch b, int i)
    {
        var s = b.Spans;
        string Value(int row) => b.Attributes.Types[row] == AttributeType.Array ? "[" + string.Join(',', Elements(b, row)) + "]" : b.Value(row).ToString();
        string Tags(RowRange rows) => string.Join(';', Enumerable.Range(rows.Start, rows.Count).Select(r => b.Text(b.Attributes.Keys[r]) + "=" + Value(r)));
        string events = string.Concat(Enumerable.Range(s.Events[i].Start, s.Events[i].Count)
            .Select(e => $"{b.Text(b.Events.Names[e])}@{b.Events.Times[e]}{{{Tags(b.Events.Attributes[e])}}}"));
        string links = string.Concat(Enumerable.Range(s.Links[i].Start, s.Links[i].Count)
            .Select(l => $"{b.Links.TraceIds[l]}/{b.Links.SpanIds[l]}/{b.Text(b.Links.TraceStates[l])}"));
        return $"{s.TraceIds[i]}/{s.SpanIds[i]}<{s.ParentSpanIds[i]} {b.Text(s.Names[i])} {s.Kinds[i]} {s.StartTimes[i]}..{s.EndTimes[i]} "
            + $"{s.StatusCodes[i]} {b.Text(s.StatusMessages[i])} state={b.Text(s.TraceStates[i])} {{{Tags(s.Attributes[i])}}} {events} {links}";
    }

    private static List<string> Elements(SpanBatch b, int row)
    {
        var elements = new List<string>();
        foreach (var element in new NestedValues(b.Strings[(int)b.Attributes.Values[row]], isMap: false))
        {
            elements.Add(Single(element).ToString());
        }
        return elements;
    }

    private static AttributeValue Single(NestedValue element) =>
        element.Type == AttributeType.String ? AttributeValue.Of(element.Type, element.Bytes) : AttributeValue.Of(element.Type, element.Bits);

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;
}
