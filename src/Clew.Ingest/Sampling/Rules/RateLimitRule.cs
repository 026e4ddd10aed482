using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>
/// So many traces (or spans) a second of those that another rule keeps. Its threshold comes from where it cut, so that what passes stands
/// for what did not.
/// </summary>
/// <remarks>
/// <para>A batch may keep what has come together since the one before, at most of <see cref="Burst"/>. Where more would pass, those of the
/// largest randomness do, and the threshold lies just above the largest of the others: as each trace's own chance depends on the others
/// alone, sums stay unbiased. Where not even one may pass, each has the chance that lets the right number pass on average.</para>
/// <para>Bounded by the batch.</para>
/// </remarks>
internal sealed class RateLimitRule(double perSecond, bool countsSpans, ISamplingRule of, TimeProvider clock) : ISamplingRule
{
    /// <summary>The time whose traces may come at once.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    private const double LeastSeconds = 0.01;

    private readonly double most = Math.Max(1, perSecond * Burst.TotalSeconds);
    private double tokens = Math.Max(1, perSecond * Burst.TotalSeconds);
    private double tokensAfter;
    private long since = clock.GetTimestamp();
    private ulong[] passing = []; // randomness
    private int[] costs = [];

    public void Evaluate(TraceView traces, Span<ulong> thresholds)
    {
        long now = clock.GetTimestamp();
        tokens = Math.Min(most, tokens + (perSecond * clock.GetElapsedTime(since, now).TotalSeconds));
        since = now;
        of.Evaluate(traces, thresholds);
        if (passing.Length < thresholds.Length)
        {
            passing = new ulong[Math.Max(thresholds.Length, passing.Length * 2)];
            costs = new int[passing.Length];
        }
        int count = 0;
        double total = 0;
        for (int i = 0; i < thresholds.Length; i++)
        {
            ulong randomness = traces.Randomness(i);
            if (randomness >= thresholds[i])
            {
                total += costs[count] = countsSpans ? traces.Spans(i).Count : 1;
                passing[count++] = randomness;
            }
        }
        if (total <= tokens)
        {
            tokensAfter = tokens - total;
            return;
        }
        ulong cut = tokens < total / count
            // Never no chance at all: what has none is represented by nothing.
            ? SamplingThreshold.OfProbability(Math.Max(tokens, perSecond * LeastSeconds) / total).Value
            : Cut(count).Value;
        tokensAfter = tokens < total / count ? 0 : tokensAfter;
        for (int i = 0; i < thresholds.Length; i++)
        {
            thresholds[i] = Math.Max(thresholds[i], cut);
        }
    }

    public void Commit()
    {
        of.Commit();
        tokens = tokensAfter;
    }

    /// <summary>Just above the first that finds no room: a trace has room where those above it leave any.</summary>
    private SamplingThreshold Cut(int count)
    {
        double room = countsSpans ? tokens : Math.Floor(tokens);
        Array.Sort(passing, costs, 0, count);
        int next = count - 1;
        double taken = 0;
        while (next >= 0 && taken < room)
        {
            taken += costs[next--];
        }
        tokensAfter = Math.Max(0, tokens - taken);
        return next < 0 ? SamplingThreshold.Always : new SamplingThreshold(passing[next] + 1).Stored();
    }
}
