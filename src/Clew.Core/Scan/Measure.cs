namespace Clew.Core.Scan;

/// <summary>
/// A function over a field; <see cref="AggregateFunction.Count"/> and <see cref="AggregateFunction.Errors"/> take no field.
/// </summary>
/// <param name="Function">What is computed.</param>
/// <param name="Field">Of which field.</param>
/// <param name="Rank">For quantiles: 0 (the smallest value) to 1 (the largest).</param>
public readonly record struct Measure(AggregateFunction Function, FieldReference? Field = null, double Rank = 0)
{
    /// <summary>Number of spans.</summary>
    public static Measure Count => new(AggregateFunction.Count);

    /// <summary>Number of spans whose status is an error.</summary>
    public static Measure Errors => new(AggregateFunction.Errors);

    /// <summary>Number of spans that there were before any was dropped by sampling, estimated without bias.</summary>
    public static Measure AdjustedCount => new(AggregateFunction.AdjustedCount, FieldReference.Of(SpanField.SamplingThreshold));

    /// <summary>A quantile; those of one field share one sketch.</summary>
    public static Measure Quantile(FieldReference field, double rank) => new(AggregateFunction.Quantile, field, rank);

    /// <summary>True where spans are counted and no field is looked at.</summary>
    public bool IsCount => Function is AggregateFunction.Count or AggregateFunction.Errors;
}
