namespace Clew.Core.Scan;

/// <summary>What is computed for each group. Partial results of two sources can always be merged.</summary>
public enum AggregateFunction
{
    /// <summary>Number of spans.</summary>
    Count = 0,

    /// <summary>Sum of a numeric field, as a double.</summary>
    Sum,

    /// <summary>Smallest value of a numeric field.</summary>
    Min,

    /// <summary>Largest value of a numeric field.</summary>
    Max,

    /// <summary>Number of spans whose status is an error.</summary>
    Errors,

    /// <summary>
    /// A quantile of a numeric field, from a <see cref="Series.LatencySketch"/>: at most 1 % off. Fractions are dropped and values below 0
    /// count as 0: made for durations, sizes and counts. NaN where no span has a number.
    /// </summary>
    Quantile,

    /// <summary>
    /// Number of spans that those that are there stand for: the sum of their adjusted counts. Of <see cref="SpanField.SamplingThreshold"/>.
    /// </summary>
    AdjustedCount,
}
