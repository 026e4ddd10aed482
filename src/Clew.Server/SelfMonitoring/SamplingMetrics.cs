using Clew.Core.Measures;
using Clew.Ingest.Sampling;
using Clew.Server.Api.Metrics;

namespace Clew.Server.SelfMonitoring;

/// <summary>What sampling keeps, and how well that stands for everything.</summary>
internal sealed class SamplingMetrics(TraceSampler sampler) : IMetricSource, IBounded
{
    /// <summary>Services of which the accuracy is told, the largest first.</summary>
    private const int MostServices = 50;

    public IReadOnlyList<BoundUse> Bounds
    {
        get
        {
            var now = sampler.GetStatistics();
            return
            [
                new BoundUse("sampling_decisions", BoundUnit.Items, now.Decisions, now.MaxDecisions),
                new BoundUse("dropped_spans", BoundUnit.Items, now.RememberedDroppedSpans, now.MaxDroppedSpans),
            ];
        }
    }

    public void Collect(MetricWriter writer)
    {
        var now = sampler.GetStatistics();
        writer.BeginCounter("clew_sampled_traces", "Traces, or parts of traces, that sampling decided on, by what it decided.");
        writer.Sample(now.KeptTraces, ("decision", "kept"));
        writer.Sample(now.DroppedTraces, ("decision", "dropped"));
        writer.BeginCounter("clew_sampled_spans", "Their spans.");
        writer.Sample(now.KeptSpans, ("decision", "kept"));
        writer.Sample(now.DroppedSpans, ("decision", "dropped"));
        writer.BeginGauge("clew_sampling_accuracy_ratio", "How well kept spans stand for all, over the last ten to twenty minutes; 1: exactly.");
        foreach (var service in now.Accuracy.Take(MostServices))
        {
            writer.Sample(service.Accuracy, ("service", service.Service));
        }
    }
}
