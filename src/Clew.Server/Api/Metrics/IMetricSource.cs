namespace Clew.Server.Api.Metrics;

/// <summary>A part of the server that tells figures of itself. Asked at every scrape; safe from any thread.</summary>
internal interface IMetricSource
{
    /// <summary>Writes whole families, each once.</summary>
    void Collect(MetricWriter writer);
}
