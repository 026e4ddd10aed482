using Clew.Core.Measures;
using Clew.Ingest.Journal;
using Clew.Ingest.Otlp;
using Clew.Ingest.Pipeline;
using Clew.Query;
using Clew.Server.Api.Metrics;
using Clew.Storage;

namespace Clew.Server.SelfMonitoring;

/// <summary>Every bounded queue, cache and pool with how much of it is in use; docs/operations/metrics.md says what happens at each bound.</summary>
internal sealed class BoundMetrics(
    OtlpBounds otlp, IJournal journal, SpanPipeline pipeline, ISpanStore store, ISeriesStore series, QueryEngine queries,
    IEnumerable<IBounded> others)
    : IMetricSource
{
    /// <summary>All that are known.</summary>
    public IReadOnlyList<BoundUse> All =>
    [
        .. otlp.Bounds, .. journal.GetStatistics().Bounds, .. pipeline.GetStatistics().Bounds, .. store.GetStatistics().Bounds,
        .. series.GetStatistics().Bounds, .. queries.Bounds, .. others.SelectMany(static other => other.Bounds),
    ];

    public void Collect(MetricWriter writer)
    {
        var all = All;
        Write(writer, all, BoundUnit.Bytes, "bytes");
        Write(writer, all, BoundUnit.Items, "items");
    }

    private static void Write(MetricWriter writer, IReadOnlyList<BoundUse> all, BoundUnit unit, string name)
    {
        writer.BeginGauge($"clew_bound_used_{name}", "In use of what is bounded.");
        foreach (var bound in all.Where(bound => bound.Unit == unit))
        {
            writer.Sample(bound.Used, ("bound", bound.Name));
        }
        writer.BeginGauge($"clew_bound_capacity_{name}", "The bound.");
        foreach (var bound in all.Where(bound => bound.Unit == unit))
        {
            writer.Sample(bound.Capacity, ("bound", bound.Name));
        }
    }
}
