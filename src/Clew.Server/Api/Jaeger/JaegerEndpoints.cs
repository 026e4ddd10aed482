using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>What there is of Jaeger's HTTP API. Keep in sync with docs/api/jaeger.md.</summary>
internal static class JaegerEndpoints
{
    public static readonly ApiEndpoint Services = new("/api/services", "Names of services.");
    public static readonly ApiEndpoint ServiceOperations = new("/api/services/{service}/operations", "Names of a service's operations.");
    public static readonly ApiEndpoint Operations = new("/api/operations", "A service's operations with their kinds.");
    public static readonly ApiEndpoint Search = new("/api/traces", "Traces that match.");
    public static readonly ApiEndpoint Trace = new("/api/traces/{traceId}", "One trace.");
    public static readonly ApiEndpoint Dependencies = new("/api/dependencies", "Which services called which.");
    public static readonly ApiEndpoint Metrics = new("/api/metrics/{metric}", "Not there yet.");
    public static readonly ApiEndpoint Archive = new("/api/archive/{traceId}", "Not there yet.") { Method = "*" };
    public static readonly ApiEndpoint Transform = new("/api/transform", "Not there yet.") { Method = "*" };
    public static readonly ApiEndpoint Unknown = new("/api/{**path}", "Whatever else.") { Method = "*" };
    public static readonly ApiEndpoint Home = new("/", "Redirects to the web UI.");
    public static readonly ApiEndpoint SearchPage = new("/search", "Redirects to the web UI's search.");
    public static readonly ApiEndpoint TracePage = new("/trace/{traceId}", "Redirects to the web UI's page of a trace.");
}
