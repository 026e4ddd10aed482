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
}
