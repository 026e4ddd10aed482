using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>The same share of all traces; all of them at 1.</summary>
internal sealed class ShareRule(double share) : ISamplingRule
{
    private readonly ulong threshold = SamplingThreshold.OfProbability(share).Value;

    public void Evaluate(TraceView traces, Span<ulong> thresholds) => thresholds.Fill(threshold);
}
