namespace Clew.Analysis.Series;

/// <summary>What one count added.</summary>
/// <param name="Series">Its series.</param>
/// <param name="Time">When it started, Unix nanoseconds.</param>
/// <param name="Duration">Nanoseconds.</param>
/// <param name="IsError">True where it failed.</param>
/// <param name="Times">How many it stands for.</param>
internal readonly record struct CountedCall(int Series, ulong Time, ulong Duration, bool IsError, ulong Times) : IComparable<CountedCall>
{
    /// <summary>Any order in which those that are equal stand together.</summary>
    public int CompareTo(CountedCall other) =>
        Series.CompareTo(other.Series) is var bySeries and not 0 ? bySeries
        : Time.CompareTo(other.Time) is var byTime and not 0 ? byTime
        : Duration.CompareTo(other.Duration) is var byDuration and not 0 ? byDuration
        : IsError.CompareTo(other.IsError) is var byError and not 0 ? byError
        : Times.CompareTo(other.Times);
}
