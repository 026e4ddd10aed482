using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Tests.Sampling;

/// <summary>Sums of adjusted counts by service, and how far from the truth chance may take them.</summary>
internal sealed class Estimate
{
    private readonly Dictionary<string, double> sums = [];
    private readonly Dictionary<string, double> variances = [];

    public HashSet<TraceId> Kept { get; } = [];

    /// <summary>Adds what is left of a batch.</summary>
    public void Add(TraceBatch batch)
    {
        for (int trace = 0; trace < batch.Traces.Count; trace++)
        {
            Kept.Add(batch.Traces.TraceIds[trace]);
            var ofTrace = new Dictionary<string, double>();
            double weight = 1;
            for (int row = batch.Traces.Spans[trace].Start; row < batch.Traces.Spans[trace].End; row++)
            {
                string service = batch.Spans.Text(batch.Spans.ServiceName(row));
                weight = SpanMatcher.Threshold(batch.Spans, row).AdjustedCount;
                ofTrace[service] = ofTrace.GetValueOrDefault(service) + 1;
            }
            foreach (var (service, spans) in ofTrace)
            {
                sums[service] = sums.GetValueOrDefault(service) + (spans * weight);
                // Horvitz and Thompson: a trace is drawn as a whole.
                variances[service] = variances.GetValueOrDefault(service) + (spans * spans * weight * (weight - 1));
            }
        }
    }

    /// <summary>By service: how many standard errors lie between the sum and the truth.</summary>
    public Dictionary<string, double> Errors(Dictionary<string, double> truth) => truth.ToDictionary(
        each => each.Key,
        each => sums.GetValueOrDefault(each.Key) is var sum && variances.GetValueOrDefault(each.Key) is var variance && variance == 0
            ? (sum == each.Value ? 0 : double.PositiveInfinity)
            : (sum - each.Value) / Math.Sqrt(variance));
}
