namespace Clew.Ingest.Sampling.Rules;

/// <summary>A duration of the trace between two bounds, in nanoseconds.</summary>
internal sealed class LatencyRule(ulong min, ulong max) : ConditionRule
{
    protected override bool Holds(TraceView traces, int trace) => traces.Duration(trace) is var duration && duration >= min && duration <= max;
}
