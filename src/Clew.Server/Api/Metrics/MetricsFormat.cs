namespace Clew.Server.Api.Metrics;

/// <summary>The two text formats in which metrics are told.</summary>
internal enum MetricsFormat
{
    /// <summary>Prometheus text, version 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics, version 1.0.0: with units and exemplars.</summary>
    OpenMetrics,
}
