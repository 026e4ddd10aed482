using Clew.Analysis.SpanTrees;

namespace Clew.Analysis.ClockSkew;

/// <summary>What one call says of the two clocks it was timed by: how much must be added to the server's times.</summary>
/// <param name="Low">At least so much, nanoseconds: the server span does not begin before the client span …</param>
/// <param name="High">… and at most so much: it does not end after it. Not below <paramref name="Low"/>.</param>
/// <param name="Fits">False where the server span is the longer by more than the tolerance, as after a client's timeout: only its start counts.</param>
/// <param name="IsOutside">The server span lies outside by more than the tolerance.</param>
internal readonly record struct Call(long Low, long High, bool Fits, bool IsOutside)
{
    /// <summary>The difference by this call alone: the way there took as long as the way back.</summary>
    public long Difference => !IsOutside ? 0 : Fits ? Low + ((High - Low) / 2) : Low;

    public static Call Of(Timeline timeline, int client, int server)
    {
        const ulong Limit = 1UL << 62;
        if (timeline.Ends[client] >= Limit || timeline.Ends[server] >= Limit)
        {
            return new Call(long.MinValue / 2, long.MaxValue / 2, true, false);
        }
        long duration = (long)(timeline.Ends[client] - timeline.Starts[client]);
        long low = (long)timeline.Starts[client] - (long)timeline.Starts[server];
        long high = (long)timeline.Ends[client] - (long)timeline.Ends[server];
        long tolerance = Math.Max(duration / 100, (long)ClockCorrector.Tolerance);
        bool fits = high >= low - tolerance;
        if (!fits)
        {
            // It did not begin before the client called, that is all that is known.
            return new Call(low, low, false, low > tolerance);
        }
        bool outside = low > tolerance || high < -tolerance;
        long middle = low + ((high - low) / 2);
        return high >= low ? new Call(low, high, true, outside) : new Call(middle, middle, true, outside);
    }
}
