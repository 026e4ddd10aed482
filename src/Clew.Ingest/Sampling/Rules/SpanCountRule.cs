namespace Clew.Ingest.Sampling.Rules;

/// <summary>A number of spans between two bounds.</summary>
internal sealed class SpanCountRule(int min, int max) : ConditionRule
{
    protected override bool Holds(TraceView traces, int trace) => traces.Spans(trace).Count is var count && count >= min && count <= max;
}
