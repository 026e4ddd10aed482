using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>A condition on spans of one class that is decided on their packed form.</summary>
/// <param name="Field">What is looked at: the duration, whether there is a parent, or an attribute.</param>
/// <param name="Operator">For the duration: how it is compared.</param>
/// <param name="Operand">Nanoseconds; 1 for spans without a parent, else 0; or an attribute's value as it is packed.</param>
/// <param name="Attribute">The attribute's place in the shape.</param>
/// <param name="Attributes">Attributes of the shape.</param>
internal readonly record struct PackedCheck(SpanField Field, ComparisonOperator Operator, long Operand, int Attribute, int Attributes)
{
    /// <summary>True where it holds on the row, which is one of the class.</summary>
    public bool Holds(PackedSpans spans, int row) => Field switch
    {
        SpanField.IsRoot => spans.HasParent(row) == (Operand == 0),
        SpanField.Duration => SpanMatcher.Compare(
            AttributeValue.Of((long)Math.Min(spans.Duration(row), long.MaxValue)), Operator, AttributeValue.Of(Operand)),
        _ => spans.HasValue(row, Attribute, Attributes, (ulong)Operand),
    };
}
