using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>A span of one of these statuses.</summary>
internal sealed class StatusRule(IReadOnlyList<StatusCode> codes) : ConditionRule
{
    private readonly int wanted = codes.Aggregate(0, static (bits, code) => bits | (1 << (int)code));

    protected override bool Holds(TraceView traces, int trace)
    {
        var range = traces.Spans(trace);
        foreach (var code in traces.Batch.Spans.Spans.StatusCodes.AsSpan(range.Start, range.Count))
        {
            if ((wanted >> (int)code & 1) != 0)
            {
                return true;
            }
        }
        return false;
    }
}
