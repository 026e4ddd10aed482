using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>Compares a field with a value. A field with several values matches when one of them does.</summary>
/// <remarks>
/// Kinds and status codes are integers, times and durations integers in nanoseconds, IsRoot a boolean, the others strings.
/// Strings are ordered by their UTF-8 bytes. Values of kinds that cannot be compared never match.
/// </remarks>
public sealed record Comparison(FieldReference Field, ComparisonOperator Operator, AttributeValue Value) : SpanPredicate;
