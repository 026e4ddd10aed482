using System.Text;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>
/// One predicate over the spans of an arena, decided for whole classes where it can be. <see cref="SpanMatcher"/> says what it means.
/// </summary>
/// <remarks>
/// Remembers ids of the dictionary, also that a string is not there: it holds for the spans that the arena has when it is made.
/// </remarks>
internal sealed class ClassCondition
{
    private const AttributeScope OwnScopes = AttributeScope.Event | AttributeScope.Link;

    private readonly Arena arena;
    private readonly Comparison? comparison;
    private readonly ClassCondition[] alternatives;
    private readonly SpanMatcher matcher;
    private readonly TextOperand? text;
    private readonly int key;
    private readonly int operandId; // −1: not in the dictionary

    public ClassCondition(Arena arena, SpanPredicate predicate)
    {
        this.arena = arena;
        matcher = new SpanMatcher(arena.Batch, [predicate]);
        comparison = predicate as Comparison;
        alternatives = predicate is AnyOf any ? [.. any.Predicates.Select(alternative => new ClassCondition(arena, alternative))] : [];
        var strings = arena.Batch.Strings;
        key = comparison is { Field.Field: SpanField.Attribute } ? strings.Find(Encoding.UTF8.GetBytes(comparison.Field.Key)) : -1;
        text = comparison is { Operator: ComparisonOperator.EqualText } ? TextOperand.Parse(comparison.Value) : null;
        operandId = text is not null || comparison is { Operator: ComparisonOperator.Equal, Value.Type: AttributeType.String }
            ? strings.Find(comparison!.Value.Bytes)
            : -1;
    }

    /// <summary>
    /// The string that an attribute must have for the condition to hold, where only a string can make it hold; −1.
    /// </summary>
    public int WantedString => comparison is { Field.Field: SpanField.Attribute } && operandId >= 0
        && (text is null || (text.Integer is null && text.Number is null && text.Boolean is null)) ? operandId : -1;

    /// <summary>What is known of a class.</summary>
    /// <param name="of">The class.</param>
    /// <param name="shown">Row of the arena's batch where what its spans have in common is shown.</param>
    public Verdict Judge(in SpanClass of, int shown)
    {
        if (comparison is null)
        {
            return JudgeAlternatives(of, shown);
        }
        switch (comparison.Field.Field)
        {
            case SpanField.StartTime or SpanField.EndTime or SpanField.Duration or SpanField.IsRoot:
                return Verdict.Maybe;
            case SpanField.StatusMessage when PackedSpans.MayHaveMore(of.Bits):
                return Verdict.Maybe;
            case SpanField.Attribute:
                return JudgeAttribute(of, shown);
            default:
                return matcher.Matches(shown) ? Verdict.All : Verdict.No;
        }
    }

    /// <summary>How the condition is decided on packed spans of a class of which it may hold; null where they must be unpacked.</summary>
    public PackedCheck? Pack(in SpanClass of)
    {
        if (comparison is null)
        {
            return null;
        }
        var (field, op, value) = comparison;
        switch (field.Field)
        {
            case SpanField.Duration when value.Type == AttributeType.Int && text is null:
                return new PackedCheck(field.Field, op, value.Bits, 0, 0);
            case SpanField.IsRoot when value.Type == AttributeType.Bool && op == ComparisonOperator.Equal:
                return new PackedCheck(field.Field, op, value.Bits != 0 ? 1 : 0, 0, 0);
            case SpanField.Attribute when (field.Scope & OwnScopes) == 0 || !PackedSpans.MayHaveMore(of.Bits):
                return PackAttribute(of);
            default:
                return null;
        }
    }

    private Verdict JudgeAlternatives(in SpanClass of, int shown)
    {
        var best = Verdict.No;
        foreach (var alternative in alternatives)
        {
            var verdict = alternative.Judge(of, shown);
            best = verdict > best ? verdict : best;
        }
        return best;
    }

    private Verdict JudgeAttribute(in SpanClass of, int shown)
    {
        if (key < 0)
        {
            return Verdict.No;
        }
        // What is shown has the attributes of resource and scope only.
        if (matcher.Matches(shown))
        {
            return Verdict.All;
        }
        var scope = comparison!.Field.Scope;
        if ((scope & OwnScopes) != 0 && PackedSpans.MayHaveMore(of.Bits))
        {
            return Verdict.Maybe;
        }
        var verdict = Verdict.No;
        if ((scope & AttributeScope.Span) != 0)
        {
            var keys = arena.Shapes.Keys(of.Shape);
            var types = arena.Shapes.Types(of.Shape);
            for (int i = 0; i < keys.Length; i++)
            {
                if (keys[i] == key && CanEqual(types[i]))
                {
                    verdict = comparison.Operator == ComparisonOperator.Exists ? Verdict.All : Verdict.Maybe;
                }
            }
        }
        return verdict;
    }

    private bool CanEqual(AttributeType type) => comparison!.Operator switch
    {
        ComparisonOperator.EqualText => type switch
        {
            AttributeType.String => operandId >= 0,
            AttributeType.Int or AttributeType.Double or AttributeType.Bool => WantedString < 0,
            _ => false,
        },
        ComparisonOperator.Equal when comparison.Value.Type == AttributeType.String => type == AttributeType.String && operandId >= 0,
        _ => true,
    };

    private PackedCheck? PackAttribute(in SpanClass of)
    {
        var keys = arena.Shapes.Keys(of.Shape);
        int place = keys.IndexOf(key);
        if (place < 0 || keys[(place + 1)..].Contains(key))
        {
            return null;
        }
        var type = arena.Shapes.Types(of.Shape)[place];
        long? packed = type switch
        {
            AttributeType.String when operandId >= 0 => operandId,
            AttributeType.Int when text is { Integer: { } integer } => (long)Varint.ZigZag(integer),
            AttributeType.Int when comparison is { Operator: ComparisonOperator.Equal, Value.Type: AttributeType.Int } => (long)Varint.ZigZag(comparison.Value.Bits),
            _ => null,
        };
        return packed is { } number ? new PackedCheck(SpanField.Attribute, ComparisonOperator.Equal, number, place, keys.Length) : null;
    }
}
