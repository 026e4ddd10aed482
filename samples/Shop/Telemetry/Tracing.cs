using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Shop.Telemetry;

/// <summary>
/// The OpenTelemetry SDK as any application sets it up: what is listened to, what is added, and an OTLP exporter that takes
/// its endpoint and protocol from the standard <c>OTEL_*</c> variables.
/// </summary>
internal static class Tracing
{
    public static TracerProvider Start(string service, string version)
    {
        DistributedContextPropagator.Current = DistributedContextPropagator.CreateW3CPropagator();
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource
                .AddService(service, serviceNamespace: "shop", serviceVersion: version, autoGenerateServiceInstanceId: true)
                .AddAttributes([KeyValuePair.Create<string, object>("deployment.environment.name", "demo")]))
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Shop.*")
            .AddProcessor(new BaggageTags())
            .AddProcessor(new ClientSpans())
            .AddOtlpExporter()
            .Build();
    }
}
