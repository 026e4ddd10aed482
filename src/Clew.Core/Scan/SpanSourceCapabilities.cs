namespace Clew.Core.Scan;

/// <summary>What a source executes itself. The zero value promises nothing: the planner then asks for less and does the rest above.</summary>
[Flags]
public enum SpanSourceCapabilities
{
    None = 0,

    /// <summary>Evaluates <see cref="Comparison"/> on intrinsic fields.</summary>
    IntrinsicComparison = 1,

    /// <summary>Evaluates <see cref="Comparison"/> on attributes.</summary>
    AttributeComparison = 2,

    /// <summary>Evaluates <see cref="AnyOf"/> over what it can compare.</summary>
    AnyOf = 4,

    /// <summary>Executes <see cref="SpanAggregation"/>.</summary>
    Aggregation = 8,
}
