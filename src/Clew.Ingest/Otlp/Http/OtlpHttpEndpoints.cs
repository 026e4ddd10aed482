using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Ingest.Otlp.Http;

/// <summary>Maps OTLP/HTTP.</summary>
public static class OtlpHttpEndpoints
{
    /// <summary>
    /// Maps <c>/v1/traces</c>, <c>/v1/metrics</c>, <c>/v1/logs</c> and <c>/v1development/profiles</c> for all methods. Needs
    /// <see cref="OtlpServices.AddOtlp"/>. Restrict the group to the OTLP port with <c>RequireHost</c>.
    /// </summary>
    public static RouteGroupBuilder MapOtlpHttp(this IEndpointRouteBuilder endpoints)
    {
        var handler = endpoints.ServiceProvider.GetRequiredService<OtlpHttpHandler>();
        var group = endpoints.MapGroup("");
        group.Map("/v1/traces", (RequestDelegate)(context => handler.HandleAsync(context, OtlpSignal.Traces)));
        group.Map("/v1/metrics", (RequestDelegate)(context => handler.HandleAsync(context, OtlpSignal.Metrics)));
        group.Map("/v1/logs", (RequestDelegate)(context => handler.HandleAsync(context, OtlpSignal.Logs)));
        group.Map("/v1development/profiles", (RequestDelegate)(context => handler.HandleAsync(context, OtlpSignal.Profiles)));
        return group;
    }
}
