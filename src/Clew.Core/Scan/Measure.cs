namespace Clew.Core.Scan;

/// <summary>A function over a field; <see cref="AggregateFunction.Count"/> takes no field.</summary>
public readonly record struct Measure(AggregateFunction Function, FieldReference? Field = null)
{
    /// <summary>Number of spans.</summary>
    public static Measure Count => new(AggregateFunction.Count);
}
