namespace Clew.Ingest.Sampling.Rules;

/// <summary>And (the largest threshold) and or (the smallest).</summary>
internal sealed class CombinedRule(ISamplingRule[] rules, bool all) : ISamplingRule
{
    private ulong[] other = [];

    public void Evaluate(TraceView traces, Span<ulong> thresholds)
    {
        if (other.Length < thresholds.Length)
        {
            other = new ulong[Math.Max(thresholds.Length, other.Length * 2)];
        }
        rules[0].Evaluate(traces, thresholds);
        var next = other.AsSpan(0, thresholds.Length);
        foreach (var rule in rules.AsSpan(1))
        {
            rule.Evaluate(traces, next);
            for (int i = 0; i < next.Length; i++)
            {
                thresholds[i] = all ? Math.Max(thresholds[i], next[i]) : Math.Min(thresholds[i], next[i]);
            }
        }
    }

    public void Commit()
    {
        foreach (var rule in rules)
        {
            rule.Commit();
        }
    }
}
