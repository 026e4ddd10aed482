using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Ingest.Otlp.Grpc;

/// <summary>Maps OTLP/gRPC.</summary>
public static class OtlpGrpcEndpoints
{
    /// <summary>
    /// Maps <c>Export</c> of the trace, metrics, logs and profiles services, and every other path of two parts to UNIMPLEMENTED. Needs
    /// <see cref="OtlpServices.AddOtlp"/> and a port that speaks HTTP/2; restrict the group to that port with <c>RequireHost</c>.
    /// </summary>
    public static RouteGroupBuilder MapOtlpGrpc(this IEndpointRouteBuilder endpoints)
    {
        var handler = endpoints.ServiceProvider.GetRequiredService<OtlpGrpcHandler>();
        var group = endpoints.MapGroup("");
        Map("opentelemetry.proto.collector.trace.v1.TraceService", OtlpSignal.Traces);
        Map("opentelemetry.proto.collector.metrics.v1.MetricsService", OtlpSignal.Metrics);
        Map("opentelemetry.proto.collector.logs.v1.LogsService", OtlpSignal.Logs);
        Map("opentelemetry.proto.collector.profiles.v1development.ProfilesService", OtlpSignal.Profiles);
        group.Map("/{service}/{method}", (RequestDelegate)OtlpGrpcHandler.UnknownAsync);
        return group;

        void Map(string service, OtlpSignal signal) =>
            group.Map("/" + service + "/Export", (RequestDelegate)(context => handler.ExportAsync(context, signal)));
    }
}
