using Clew.Ingest.Intake;
using Clew.Server.Api.Health;
using Clew.Server.Api.Http;
using Clew.Server.Api.Metrics;
using Clew.Server.SelfMonitoring.Probing;
using Clew.Server.SelfMonitoring.Tracing;

namespace Clew.Server.SelfMonitoring;

/// <summary>The line of what Clew knows of itself in the composition root.</summary>
internal static class SelfMonitoringServices
{
    /// <summary>Adds metrics, health and the prober. Call before the receivers and queries are added: it says whose requests are probes.</summary>
    public static IServiceCollection AddSelfMonitoring(this IServiceCollection services, ProbeOptions probes, SelfTracingOptions tracing)
    {
        services.AddSingleton(probes);
        services.AddSingleton<ProbeSecret>();
        services.AddSingleton<ProbeTenants>();
        services.AddSingleton<IIntakeTenantResolver>(static parts => parts.GetRequiredService<ProbeTenants>());
        services.AddSingleton<IQueryScopeResolver>(static parts => parts.GetRequiredService<ProbeTenants>());
        services.AddSingleton<Freshness>();
        services.AddHostedService<ProberService>();
        services.AddSingleton(tracing);
        services.AddSingleton<SelfTracer>();
        services.AddHostedService(static parts => parts.GetRequiredService<SelfTracer>());
        services.AddSingleton<IBounded>(static parts => parts.GetRequiredService<SelfTracer>());
        services.AddSingleton<ILiveness, PipelineLiveness>();
        services.AddSingleton<ApiMeasures>();
        services.AddSingleton<IMetricSource, ProcessMetrics>();
        services.AddSingleton<IMetricSource, HealthMetrics>();
        services.AddSingleton<IMetricSource, IntakeMetrics>();
        services.AddSingleton<SamplingMetrics>();
        services.AddSingleton<IMetricSource>(static parts => parts.GetRequiredService<SamplingMetrics>());
        services.AddSingleton<IBounded>(static parts => parts.GetRequiredService<SamplingMetrics>());
        services.AddSingleton<IMetricSource, StorageMetrics>();
        services.AddSingleton<IMetricSource, BoundMetrics>();
        services.AddSingleton<IMetricSource>(static parts => parts.GetRequiredService<SelfTracer>());
        services.AddSingleton<IMetricSource>(static parts => parts.GetRequiredService<ApiMeasures>());
        services.AddSingleton<IMetricSource>(static parts => parts.GetRequiredService<Freshness>());
        return services;
    }
}
