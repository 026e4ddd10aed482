using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>A place in the order of traces: newest start first, ties by descending trace id.</summary>
/// <param name="StartTime">Smallest start of the trace's spans, Unix nanoseconds.</param>
/// <param name="TraceId">The trace.</param>
public readonly record struct TracePosition(ulong StartTime, TraceId TraceId) : IComparable<TracePosition>
{
    /// <summary>Negative where this place comes first, that is: where the trace is newer.</summary>
    public int CompareTo(TracePosition other) =>
        StartTime != other.StartTime ? other.StartTime.CompareTo(StartTime) : other.TraceId.CompareTo(TraceId);

    public static bool operator <(TracePosition left, TracePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(TracePosition left, TracePosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(TracePosition left, TracePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TracePosition left, TracePosition right) => left.CompareTo(right) >= 0;
}
