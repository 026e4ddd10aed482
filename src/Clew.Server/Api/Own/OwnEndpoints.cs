using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>What there is in Clew's own API. Keep in sync with docs/api/own.md.</summary>
internal static class OwnEndpoints
{
    private static readonly ApiParameter From = new("from", "Only spans that start at or after this time: Unix nanoseconds or RFC 3339.");
    private static readonly ApiParameter To = new("to", "Only spans that start before this time: Unix nanoseconds or RFC 3339.");
    private static readonly ApiParameter Adjusted = new("adjusted", "Also how many spans these stand for: adjustedCount.") { Values = ["true"] };
    private static readonly ApiParameter TraceId = ApiParameter.Path("traceId", "Hex digits of the trace id, at most 32.");

    public static readonly ApiEndpoint Services = new("/services", "Services that sent spans, by name.")
    {
        Parameters = [From, To, Adjusted],
        Returns = "Names with their number of spans.",
    };

    public static readonly ApiEndpoint Operations = new("/operations", "Span names with their kinds, by name, then kind.")
    {
        Parameters = [new("service", "Only of this service."), From, To, Adjusted],
        Returns = "Names and kinds with their number of spans.",
    };

    public static readonly ApiEndpoint Search = new("/search", "Traces with at least one span on which all conditions hold, newest start first.")
    {
        Parameters =
        [
            new("service", "The service.name of the span's resource."),
            new("operation", "The span's name."),
            new("kind", "The span's kind.") { Values = OwnNames.Kinds },
            new("status", "The span's status code.") { Values = OwnNames.Statuses },
            new("minDuration", "The span lasts at least this long: 1.5s, 200ms, 10us, 1h2m, or nanoseconds."),
            new("maxDuration", "The span lasts at most this long."),
            new("attr", "key=value: an attribute of the span, its resource, scope, events or links equals the value.") { Repeatable = true },
            From,
            To,
            new("root", "The span is the root of its trace.") { Values = ["true"] },
            new("limit", "Traces a page, 1 to 1000; 20 if absent.") { IsInteger = true },
            new("cursor", "next of the page before."),
            new("total", "Whether to count all matching traces: not, up to a bound, or all.") { Values = ["none", "bound", "exact"] },
        ],
        Returns = "A page of trace summaries.",
    };

    public static readonly ApiEndpoint Trace = new("/traces/{traceId}", "A trace as OTLP JSON.")
    {
        Parameters = [TraceId],
        Returns = "resourceSpans, with every field that was received.",
    };

    public static readonly ApiEndpoint DeleteTrace = new("/traces/{traceId}", "Deletes a trace from every answer, for good.")
    {
        Method = "DELETE",
        Parameters = [TraceId],
        Returns = "How many traces were deleted: 1.",
    };

    public static readonly ApiEndpoint Summary = new("/traces/{traceId}/summary", "A trace in one line, as a search lists it.")
    {
        Parameters = [TraceId],
        Returns = "What a search says of the trace; matchedSpans is 0.",
    };

    public static readonly ApiEndpoint Skeleton = new(
        "/traces/{traceId}/skeleton", "The tree of a trace as binary columns.", SkeletonWriter.ContentType)
    {
        Parameters = [TraceId],
        Returns = "Little-endian columns in preorder; the format is described in docs/api/own.md.",
    };

    public static readonly ApiEndpoint Spans = new("/traces/{traceId}/spans/{spanId}", "All that is known of the spans with an id.")
    {
        Parameters = [TraceId, ApiParameter.Path("spanId", "Hex digits of the span id, at most 16.")],
        Returns = "The spans, usually one.",
    };

    public static readonly ApiEndpoint TraceSearch = new("/traces/{traceId}/search", "Spans of a trace that contain a text, ignoring case.")
    {
        Parameters = [TraceId, new("q", "The text: looked for in names, services, status messages, keys and values.") { Required = true }],
        Returns = "Span ids in preorder.",
    };

    public static readonly ApiEndpoint Red = new("/red", "Spans, errors and durations over time, counted of all spans of closed traces.")
    {
        Parameters =
        [
            new("service", "Only of this service."),
            new("operation", "Only spans of this name."),
            new("kind", "Only spans of this kind.") { Values = OwnNames.Kinds },
            new("status", "Only spans of this status.") { Values = OwnNames.Statuses },
            new("by", "What series are told apart by; service, operation and kind if absent.") { Repeatable = true, Values = SeriesParameters.RedLabels },
            new("from", "Start of the range, the hour before its end if absent: Unix nanoseconds or RFC 3339."),
            new("to", "End of the range, now if absent: Unix nanoseconds or RFC 3339."),
            new("step", "Time between points: 10s, 1m, 1h; one point for the whole range if absent."),
        ],
        Returns = "Series with their points.",
    };

    public static readonly ApiEndpoint ServiceMap = new("/service-map", "Who called and sent messages to whom, services and what they tell of.")
    {
        Parameters =
        [
            new("from", "Start of the range, the hour before its end if absent: Unix nanoseconds or RFC 3339."),
            new("to", "End of the range, now if absent: Unix nanoseconds or RFC 3339."),
        ],
        Returns = "Nodes and edges.",
    };

    public static readonly ApiEndpoint Sampling = new("/sampling", "What is kept of the traces, who said so, and how well it stands for all.")
    {
        Returns = "Policy, figures, accuracy.",
    };

    public static readonly ApiEndpoint SetSampling = new("/sampling", "Puts a policy in force, now and after every restart.")
    {
        Method = "PUT",
        Returns = "What is in force now.",
    };

    public static readonly ApiEndpoint ResetSampling = new("/sampling", "Goes back to what is configured.")
    {
        Method = "DELETE",
        Returns = "What is in force now.",
    };

    public static readonly ApiEndpoint ImportSampling = new(
        "/sampling/import", "Turns the policies of the OpenTelemetry Collector's tail_sampling processor (YAML) into Clew's.")
    {
        Method = "POST",
        Returns = "A policy, and what could not be taken.",
    };

    public static readonly ApiEndpoint DryRunSampling = new("/sampling/dry-run", "What a policy would keep of stored traces.")
    {
        Method = "POST",
        Parameters =
        [
            new("from", "Start of the range, the hour before its end if absent: Unix nanoseconds or RFC 3339."),
            new("to", "End of the range, now if absent: Unix nanoseconds or RFC 3339."),
        ],
        Returns = "Traces, spans and bytes, all and by service.",
    };

    public static readonly ApiEndpoint Status = new("/status", "How the server is and what it holds.") { Returns = "Health, endpoints, figures.", IsTraced = false };

    public static readonly ApiEndpoint Unknown = new("/{**path}", "Whatever else.") { Method = "*", IsDocumented = false };

    public static readonly IReadOnlyList<ApiEndpoint> Documented =
        [Services, Operations, Search, Trace, DeleteTrace, Summary, Skeleton, Spans, TraceSearch, Red, ServiceMap,
         Sampling, SetSampling, ResetSampling, ImportSampling, DryRunSampling, Status];
}
