using System.Text;
using Clew.Core.Columns;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>
/// Tells by an arena's dictionary alone that no span of it can match: a key or a text that a predicate asks for is not there. A search for a
/// rare value so looks at the spans of few arenas.
/// </summary>
internal static class ArenaTest
{
    /// <summary>False where no span of the batch fulfils all predicates.</summary>
    public static bool CanMatch(SpanBatch batch, IReadOnlyList<SpanPredicate> predicates) =>
        predicates.All(predicate => CanHold(batch.Strings, predicate));

    private static bool CanHold(StringTable strings, SpanPredicate predicate) => predicate switch
    {
        Comparison comparison => HasKey(strings, comparison.Field) && HasOperand(strings, comparison),
        AnyOf any => any.Predicates.Any(alternative => CanHold(strings, alternative)),
        _ => true,
    };

    private static bool HasKey(StringTable strings, FieldReference field) =>
        field.Field != SpanField.Attribute || strings.Find(Encoding.UTF8.GetBytes(field.Key)) >= 0;

    private static bool HasOperand(StringTable strings, Comparison comparison)
    {
        switch (comparison.Operator)
        {
            case ComparisonOperator.Equal when AttributeTable.IsStringId(comparison.Value.Type):
                return strings.Find(comparison.Value.Bytes) >= 0;
            case ComparisonOperator.EqualText:
                // Numbers and booleans that the text may mean are in no dictionary.
                var operand = TextOperand.Parse(comparison.Value);
                return operand.Integer is not null || operand.Number is not null || operand.Boolean is not null
                    || strings.Find(operand.Text) >= 0;
            default:
                return true;
        }
    }
}
