using Clew.Server.Api.Metrics;
using Clew.Server.Api.Own;

namespace Clew.Server.SelfMonitoring;

/// <summary>The server's health, as <c>/api/clew/v1/status</c> tells it.</summary>
internal sealed class HealthMetrics(IStatusSource status) : IMetricSource
{
    private static readonly string[] States = ["ok", "warn", "error"];

    public void Collect(MetricWriter writer)
    {
        var health = status.GetStatus().Health;
        writer.BeginGauge("clew_health", "1 for the state that the server is in: ok, warn or error.");
        foreach (string state in States)
        {
            writer.Sample(health.State == state ? 1 : 0, ("state", state));
        }
        writer.Gauge("clew_problems", "What is wrong, in sentences of the status.", health.Messages.Count);
    }
}
