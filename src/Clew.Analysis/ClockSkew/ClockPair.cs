namespace Clew.Analysis.ClockSkew;

/// <summary>What all calls from hosts of one clock to hosts of another say of the difference between the two.</summary>
/// <param name="Low">At least so much is to be added to the server's times, nanoseconds.</param>
/// <param name="High">At most so much.</param>
/// <param name="Start">The most that a call says which does not fit, nanoseconds: counts where no call fits.</param>
/// <param name="AnyFits">Some server span fits into its client span.</param>
/// <param name="AnyOutside">Some server span that fits lies outside: the clocks differ.</param>
/// <param name="StartOutside">Some server span that does not fit lies outside.</param>
internal readonly record struct ClockPair(long Low, long High, long Start, bool AnyFits, bool AnyOutside, bool StartOutside)
{
    public static readonly ClockPair Unknown = new(long.MinValue / 2, long.MaxValue / 2, long.MinValue / 2, false, false, false);

    /// <summary>False where the calls contradict each other by more than the tolerance: then each call stands for itself.</summary>
    public bool IsConsistent => !AnyFits || High >= Low - (long)ClockCorrector.Tolerance;

    /// <summary>What is to be added to the server's times, nanoseconds: the middle of what is possible.</summary>
    public long Difference => AnyFits ? AnyOutside ? Low + ((High - Low) / 2) : 0 : StartOutside ? Start : 0;

    /// <summary>Adds a call; the order of calls does not matter.</summary>
    public ClockPair With(Call call) => call.Fits
        ? this with
        {
            Low = Math.Max(Low, call.Low),
            High = Math.Min(High, call.High),
            AnyFits = true,
            AnyOutside = AnyOutside | call.IsOutside,
        }
        : this with { Start = Math.Max(Start, call.Low), StartOutside = StartOutside | call.IsOutside };
}
