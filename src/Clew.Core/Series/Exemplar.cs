using Clew.Core.Model;

namespace Clew.Core.Series;

/// <summary>A trace that stands for many, with the duration of the span of it that was counted.</summary>
/// <param name="TraceId">The trace; empty where there is none.</param>
/// <param name="Duration">Nanoseconds.</param>
public readonly record struct Exemplar(TraceId TraceId, ulong Duration)
{
    /// <summary>True for the zero value.</summary>
    public bool IsNone => TraceId.IsEmpty;
}
