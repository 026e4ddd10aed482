using System.Text;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>A member of the trace state with one of these values.</summary>
internal sealed class TraceStateRule(string key, IReadOnlyList<string> values) : ConditionRule
{
    private readonly byte[][] members = [.. values.Select(value => Encoding.UTF8.GetBytes($"{key}={value}"))];

    protected override bool Holds(TraceView traces, int trace)
    {
        var range = traces.Spans(trace);
        int last = 0;
        foreach (int id in traces.Batch.Spans.Spans.TraceStates.AsSpan(range.Start, range.Count))
        {
            if (id != last && Has(traces.Batch.Spans.Strings[id]))
            {
                return true;
            }
            last = id;
        }
        return false;
    }

    private bool Has(ReadOnlySpan<byte> state)
    {
        foreach (var range in state.Split((byte)','))
        {
            var member = state[range].Trim(" \t"u8);
            foreach (byte[] wanted in members)
            {
                if (member.SequenceEqual(wanted))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
