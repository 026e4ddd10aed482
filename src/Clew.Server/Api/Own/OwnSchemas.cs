using Clew.Server.Api.Http;
using Microsoft.OpenApi;

namespace Clew.Server.Api.Own;

/// <summary>The shapes of the answers, for the API document. Keep in sync with the writers; a test compares them with real answers.</summary>
/// <remarks>A field whose name ends with <c>?</c> may be absent.</remarks>
internal static class OwnSchemas
{
    private static OpenApiSchema Text => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Nanoseconds => new() { Type = JsonSchemaType.String, Pattern = "^[0-9]+$" };

    private static OpenApiSchema Count => new() { Type = JsonSchemaType.Integer, Minimum = "0" };

    private static OpenApiSchema Seconds => new() { Type = JsonSchemaType.Number, Minimum = "0" };

    private static OpenApiSchema Flag => new() { Type = JsonSchemaType.Boolean };

    private static OpenApiSchema Id(int digits) => new() { Type = JsonSchemaType.String, Pattern = $"^[0-9a-f]{{{digits}}}$" };

    /// <summary>An RFC 9457 problem.</summary>
    public static OpenApiSchema Problem => Object(("title", Text), ("status", Count), ("detail?", Text));

    /// <summary>The answer of an endpoint.</summary>
    public static OpenApiSchema Of(ApiEndpoint endpoint)
    {
        if (endpoint == OwnEndpoints.Services)
        {
            return Object(("services", List(Object(("name", Text), ("spanCount", Count), ("adjustedCount?", Number)))), ("partial?", Text), ("notes?", List(Text)));
        }
        if (endpoint == OwnEndpoints.Operations)
        {
            return Object(("operations", List(Object(("name", Text), ("kind", OneOf(OwnNames.Kinds)), ("spanCount", Count), ("adjustedCount?", Number)))), ("partial?", Text), ("notes?", List(Text)));
        }
        if (endpoint == OwnEndpoints.Search)
        {
            return Page();
        }
        if (endpoint == OwnEndpoints.Summary)
        {
            return Summary();
        }
        if (endpoint == OwnEndpoints.Trace)
        {
            // OTLP's own message TracesData, which is described elsewhere.
            return Object(("resourceSpans", List(new OpenApiSchema { Type = JsonSchemaType.Object })));
        }
        if (endpoint == OwnEndpoints.Spans)
        {
            return Object(("spans", List(Span())));
        }
        if (endpoint == OwnEndpoints.TraceSearch)
        {
            return Object(("spanIds", List(Id(16))));
        }
        if (endpoint == OwnEndpoints.Red)
        {
            return Red();
        }
        if (endpoint == OwnEndpoints.ServiceMap)
        {
            return Map();
        }
        if (endpoint.Pattern == OwnEndpoints.Sampling.Pattern)
        {
            return Sampling();
        }
        if (endpoint == OwnEndpoints.ImportSampling)
        {
            return Object(("config?", SamplingConfig()), ("notTaken", List(Object(("line", Count), ("what", Text), ("why", Text)))));
        }
        if (endpoint == OwnEndpoints.DryRunSampling)
        {
            return Object(
                ("from", Nanoseconds), ("to", Nanoseconds), ("complete", Flag),
                ("seen", Object(("from", Nanoseconds), ("to", Nanoseconds), ("countedSpans", Count), ("share", Number))), ("traces", Count), ("keptTraces", Count), ("spans", Count),
                ("keptSpans", Count), ("bytes", Count), ("keptBytes", Count),
                ("services", List(Object(("name", Text), ("spans", Count), ("keptSpans", Count), ("keptBytes", Count)))), ("notes?", List(Text)));
        }
        return endpoint == OwnEndpoints.Status ? Status() : new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
    }

    private static OpenApiSchema Page() => Object(
        ("traces", List(Summary())),
        ("next?", Text),
        ("total?", Object(("kind", OneOf(["exact", "bound"])), ("value", Count))),
        ("stats", Object(("spansScanned", Count), ("segmentsScanned", Count), ("segmentsSkipped", Count), ("milliseconds", new OpenApiSchema { Type = JsonSchemaType.Number }))),
        ("partial?", Text), ("notes?", List(Text)));

    private static OpenApiSchema Summary() => Object(
        ("traceId", Id(32)), ("rootService?", Text), ("rootName?", Text), ("start", Nanoseconds), ("duration", Nanoseconds),
        ("spanCount", Count), ("errorCount", Count), ("matchedSpans", Count), ("complete", Flag), ("closed", OneOf(TraceWords.Endings)),
        ("shape", Id(16)), ("notes", List(Text)),
        ("services", List(Object(
            ("name", Text), ("spanCount", Count), ("errorCount", Count), ("selfTime", Nanoseconds), ("criticalTime", Nanoseconds)))));

    private static OpenApiSchema Span() => Object(
        ("traceId", Id(32)), ("spanId", Id(16)), ("parentSpanId?", Id(16)), ("name", Text), ("kind", OneOf(OwnNames.Kinds)), ("service", Text),
        ("start", Nanoseconds), ("end", Nanoseconds), ("duration", Nanoseconds),
        ("selfTime", Nanoseconds), ("criticalTime", Nanoseconds), ("depth", Count), ("clockOffset?", Text),
        ("status", Object(("code", OneOf(OwnNames.Statuses)), ("message?", Text))), ("traceState?", Text), ("flags", Count),
        ("sampling?", Object(("threshold", Text), ("adjustedCount", Number))), ("attributes", Attributes()), ("droppedAttributesCount", Count),
        ("events", List(Object(("time", Nanoseconds), ("name", Text), ("attributes", Attributes()), ("droppedAttributesCount", Count)))),
        ("droppedEventsCount", Count),
        ("links", List(Object(
            ("traceId", Id(32)), ("spanId", Id(16)), ("traceState?", Text), ("flags", Count), ("attributes", Attributes()), ("droppedAttributesCount", Count)))),
        ("droppedLinksCount", Count),
        ("scope", Object(
            ("name?", Text), ("version?", Text), ("attributes", Attributes()), ("droppedAttributesCount", Count), ("schemaUrl?", Text))),
        ("resource", Object(("attributes", Attributes()), ("droppedAttributesCount", Count), ("schemaUrl?", Text))),
        ("notes", List(Text)));

    private static OpenApiSchema Sampling() => Object(
        ("config", SamplingConfig()), ("setBy", OneOf(["api", "configuration"])),
        ("figures", Object(
            ("keptTraces", Count), ("droppedTraces", Count), ("keptSpans", Count), ("droppedSpans", Count), ("followedTraces", Count),
            ("decisions", Count), ("maxDecisions", Count))),
        ("accuracy", List(Object(
            ("service", Text), ("trueSpans", Number), ("adjustedSpans", Number), ("keptSpans", Count), ("accuracy", Number)))));

    /// <summary>A policy's own properties depend on its type; policies hold policies in turn.</summary>
    private static OpenApiSchema SamplingConfig() => Object(
        ("policy", new OpenApiSchema { Type = JsonSchemaType.Object }), ("keepLinked", Flag));

    private static OpenApiSchema Number => new() { Type = JsonSchemaType.Number };

    private static OpenApiSchema Red() => Object(
        ("from", Nanoseconds), ("to", Nanoseconds), ("step", Nanoseconds), ("resolution", Nanoseconds),
        ("series", List(Object(
            ("service?", Text), ("operation?", Text), ("kind?", OneOf(OwnNames.Kinds)), ("status?", OneOf(OwnNames.Statuses)),
            ("points", List(Object(("time", Nanoseconds), ("count", Count), ("errors", Count), ("duration?", Durations()), ("exemplars?", Exemplars()))))))),
        ("partial?", Text), ("notes?", List(Text)));

    private static OpenApiSchema Exemplars() => Object(("slow?", Exemplar()), ("failed?", Exemplar()), ("typical?", Exemplar()));

    private static OpenApiSchema Exemplar() => Object(("traceId", Id(32)), ("duration", Nanoseconds));

    private static OpenApiSchema Map() => Object(
        ("from", Nanoseconds), ("to", Nanoseconds), ("resolution", Nanoseconds),
        ("nodes", List(Object(("name", Text), ("type", OneOf(OwnNames.NodeTypes)), ("spanCount", Count), ("errorCount", Count)))),
        ("edges", List(Object(
            ("client", Text), ("server", Text), ("connection", OneOf(["other", "http", "rpc", "messaging", "database"])), ("calls", Count), ("errors", Count),
            ("seenBy", Object(("both", Count), ("clientOnly", Count), ("serverOnly", Count))),
            ("clientDuration?", Durations()), ("serverDuration?", Durations())))),
        ("partial?", Text), ("notes?", List(Text)));

    private static OpenApiSchema Durations() => Object(
        ("sum", Nanoseconds), ("min", Nanoseconds), ("p50", Nanoseconds), ("p95", Nanoseconds), ("p99", Nanoseconds), ("max", Nanoseconds));

    private static OpenApiSchema Status() => Object(
        ("version", Text), ("started", new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }),
        ("health", Object(("state", OneOf(["ok", "warn", "error"])), ("messages", List(Text)))),
        ("endpoints", Object(("otlpGrpc?", Text), ("otlpHttp?", Text), ("web?", Text), ("jaeger?", Text))),
        ("spans", Object(("received", Count), ("rejected", Count), ("stored", Count), ("open", Count))),
        ("storage", Object(
            ("directory", Text), ("bytes", Count), ("segments", Count), ("journalBytes", Count), ("series", Count), ("seriesBytes", Count),
            ("deletedTraces", Count), ("merges", Count), ("mergingSegments", Count), ("settled", Flag), ("expiredSegments", Count))),
        ("freshness?", Object(("p50", Seconds), ("p99", Seconds), ("max", Seconds), ("probes", Count), ("notFound", Count))));

    /// <summary>The value's own shape depends on the type; arrays and maps hold values in turn.</summary>
    private static OpenApiSchema Attributes() => List(Object(
        ("key", Text), ("type", OneOf(["empty", "string", "bool", "int", "double", "bytes", "array", "map"])), ("value?", new OpenApiSchema())));

    private static OpenApiSchema OneOf(IReadOnlyList<string> values) => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. values.Select(value => System.Text.Json.Nodes.JsonValue.Create(value)!)],
    };

    private static OpenApiSchema List(OpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    private static OpenApiSchema Object(params (string Name, OpenApiSchema Schema)[] fields) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = fields.ToDictionary(field => field.Name.TrimEnd('?'), IOpenApiSchema (field) => field.Schema),
        Required = fields.Where(field => !field.Name.EndsWith('?')).Select(field => field.Name).ToHashSet(),
    };
}
