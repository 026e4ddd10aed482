using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>The opposite of a condition.</summary>
internal sealed class NotRule(ISamplingRule condition) : ISamplingRule
{
    public void Evaluate(TraceView traces, Span<ulong> thresholds)
    {
        condition.Evaluate(traces, thresholds);
        foreach (ref ulong threshold in thresholds)
        {
            threshold = threshold == 0 ? SamplingThreshold.Range : 0;
        }
    }

    public void Commit() => condition.Commit();
}
