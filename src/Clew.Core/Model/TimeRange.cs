namespace Clew.Core.Model;

/// <summary>A half-open range [From, To) of Unix nanoseconds.</summary>
public readonly record struct TimeRange(ulong From, ulong To)
{
    /// <summary>All of time.</summary>
    public static TimeRange All => new(0, ulong.MaxValue);

    /// <summary>True where the time lies in the range. <see cref="All"/> holds every time, the last nanosecond included.</summary>
    public bool Contains(ulong unixNanoseconds) =>
        unixNanoseconds >= From && (unixNanoseconds < To || To == ulong.MaxValue);

    /// <summary>True where the closed range [first, last] and this one share a time.</summary>
    public bool Overlaps(ulong first, ulong last) => last >= From && (first < To || To == ulong.MaxValue);
}
