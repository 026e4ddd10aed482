using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>
/// So many traces a second of those that another rule keeps. Its threshold comes from where it cut, so that what passes stands for what
/// did not.
/// </summary>
/// <remarks>
/// <para>A batch may keep what has come together since the one before, at most of <see cref="Burst"/>. Where more would pass, those of the
/// largest randomness do, and the threshold lies just above the largest of the others: as each trace's own chance depends on the others
/// alone, sums stay unbiased. Where not even one may pass, each has the chance that lets the right number pass on average.</para>
/// <para>Bounded by the batch.</para>
/// </remarks>
internal sealed class RateLimitRule(double tracesPerSecond, ISamplingRule of, TimeProvider clock) : ISamplingRule
{
    /// <summary>The time whose traces may come at once.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    private const double LeastSeconds = 0.01;

    private readonly double most = Math.Max(1, tracesPerSecond * Burst.TotalSeconds);
    private double tokens = Math.Max(1, tracesPerSecond * Burst.TotalSeconds);
    private double tokensAfter;
    private long since = clock.GetTimestamp();
    private ulong[] passing = [];

    public void Evaluate(TraceView traces, Span<ulong> thresholds)
    {
        long now = clock.GetTimestamp();
        tokens = Math.Min(most, tokens + (tracesPerSecond * clock.GetElapsedTime(since, now).TotalSeconds));
        since = now;
        of.Evaluate(traces, thresholds);
        if (passing.Length < thresholds.Length)
        {
            passing = new ulong[Math.Max(thresholds.Length, passing.Length * 2)];
        }
        int count = 0;
        for (int i = 0; i < thresholds.Length; i++)
        {
            ulong randomness = traces.Randomness(i);
            if (randomness >= thresholds[i])
            {
                passing[count++] = randomness;
            }
        }
        ulong cut = Cut(count).Value;
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            kept += passing[i] >= cut ? 1 : 0;
        }
        tokensAfter = Math.Max(0, tokens - Math.Max(kept, cut > 0 ? Math.Floor(tokens) : 0));
        if (tokens < 1 && cut > 0)
        {
            tokensAfter = 0; // spent on average
        }
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

    private SamplingThreshold Cut(int count)
    {
        if (count <= tokens)
        {
            return SamplingThreshold.Always;
        }
        int room = (int)tokens;
        if (room == 0)
        {
            // Never no chance at all: what has none is represented by nothing.
            return SamplingThreshold.OfProbability(Math.Max(tokens, tracesPerSecond * LeastSeconds) / count);
        }
        Array.Sort(passing, 0, count);
        return new SamplingThreshold(passing[count - room - 1] + 1).Stored();
    }
}
