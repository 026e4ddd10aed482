using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>A rule that knows only "surely" and "never".</summary>
internal abstract class ConditionRule : ISamplingRule
{
    public void Evaluate(TraceView traces, Span<ulong> thresholds)
    {
        Begin(traces);
        for (int i = 0; i < thresholds.Length; i++)
        {
            thresholds[i] = Holds(traces, i) ? 0 : SamplingThreshold.Range;
        }
    }

    public virtual void Commit()
    {
    }

    /// <summary>Called before the first trace of a batch.</summary>
    protected virtual void Begin(TraceView traces)
    {
    }

    /// <summary>True where the trace is kept.</summary>
    protected abstract bool Holds(TraceView traces, int trace);
}
