namespace Clew.Core.Scan;

/// <summary>At least one of the conditions holds on the span.</summary>
public sealed record AnyOf(IReadOnlyList<SpanPredicate> Predicates) : SpanPredicate;
