using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>
/// Decides whether all predicates hold on a span of a batch. It defines what predicates mean: every source that executes them in
/// a faster way must agree with it.
/// </summary>
/// <remarks>Bound to one batch, whose dictionary it looks keys up in once. Matching copies nothing. Not thread-safe.</remarks>
public sealed class SpanMatcher
{
    private readonly SpanBatch batch;
    private readonly Condition[] conditions;

    public SpanMatcher(SpanBatch batch, IReadOnlyList<SpanPredicate> predicates)
    {
        this.batch = batch;
        conditions = Prepare(predicates);
    }

    /// <summary>True where all predicates hold on that span.</summary>
    public bool Matches(int span)
    {
        foreach (var condition in conditions)
        {
            if (!Holds(condition, span))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Compares two values by the rules of <see cref="Comparison"/>, without <see cref="ComparisonOperator.EqualText"/>.</summary>
    public static bool Compare(AttributeValue actual, ComparisonOperator op, AttributeValue wanted) =>
        Compare(actual.Type, actual.Bits, actual.Bytes, op, wanted);

    private static bool Compare(AttributeType type, long bits, ReadOnlySpan<byte> bytes, ComparisonOperator op, in AttributeValue wanted)
    {
        if (op == ComparisonOperator.Exists)
        {
            return true;
        }
        int order;
        if (IsNumber(type) && IsNumber(wanted.Type))
        {
            if (type == AttributeType.Int && wanted.Type == AttributeType.Int)
            {
                order = bits.CompareTo(wanted.Bits);
            }
            else
            {
                double left = Number(type, bits);
                double right = Number(wanted.Type, wanted.Bits);
                if (double.IsNaN(left) || double.IsNaN(right))
                {
                    return op == ComparisonOperator.NotEqual;
                }
                order = left.CompareTo(right);
            }
        }
        else if (type != wanted.Type)
        {
            return false;
        }
        else if (op is ComparisonOperator.Equal or ComparisonOperator.NotEqual)
        {
            order = bits == wanted.Bits && bytes.SequenceEqual(wanted.Bytes) ? 0 : 1;
        }
        else if (type == AttributeType.String)
        {
            order = bytes.SequenceCompareTo(wanted.Bytes);
        }
        else
        {
            return false;
        }
        return op switch
        {
            ComparisonOperator.Equal => order == 0,
            ComparisonOperator.NotEqual => order != 0,
            ComparisonOperator.Less => order < 0,
            ComparisonOperator.LessOrEqual => order <= 0,
            ComparisonOperator.Greater => order > 0,
            ComparisonOperator.GreaterOrEqual => order >= 0,
            _ => false,
        };
    }

    /// <summary>The value of an intrinsic field.</summary>
    public static AttributeValue Intrinsic(SpanBatch batch, int span, SpanField field) => IntrinsicType(field) switch
    {
        AttributeType.String => AttributeValue.Of(AttributeType.String, batch.Strings[IntrinsicText(batch, span, field)]),
        var type => AttributeValue.Of(type, IntrinsicBits(batch, span, field)),
    };

    /// <summary>What a span was sampled with, by its sender and by Clew.</summary>
    public static SamplingThreshold Threshold(SpanBatch batch, int span)
    {
        var own = batch.Spans.Threshold(span);
        int state = batch.Spans.TraceStates[span];
        return state == 0 ? own : SamplingThreshold.Max(own, SamplingState.Parse(batch.Strings[state]).Threshold);
    }

    private static AttributeType IntrinsicType(SpanField field) => field switch
    {
        SpanField.Name or SpanField.StatusMessage or SpanField.ServiceName or SpanField.ScopeName or SpanField.ScopeVersion => AttributeType.String,
        SpanField.IsRoot => AttributeType.Bool,
        _ => AttributeType.Int,
    };

    private static int IntrinsicText(SpanBatch batch, int span, SpanField field) => field switch
    {
        SpanField.Name => batch.Spans.Names[span],
        SpanField.StatusMessage => batch.Spans.StatusMessages[span],
        SpanField.ServiceName => batch.ServiceName(span),
        SpanField.ScopeName => batch.Scopes.Names[batch.Spans.Scopes[span]],
        _ => batch.Scopes.Versions[batch.Spans.Scopes[span]],
    };

    private static long IntrinsicBits(SpanBatch batch, int span, SpanField field)
    {
        var spans = batch.Spans;
        return field switch
        {
            SpanField.Kind => (long)spans.Kinds[span],
            SpanField.StatusCode => (long)spans.StatusCodes[span],
            SpanField.StartTime => ToSigned(spans.StartTimes[span]),
            SpanField.EndTime => ToSigned(spans.EndTimes[span]),
            SpanField.Duration => ToSigned(spans.Duration(span)),
            SpanField.IsRoot => spans.ParentSpanIds[span].IsEmpty ? 1 : 0,
            SpanField.SamplingThreshold => (long)Threshold(batch, span).Value,
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, "Not an intrinsic field."),
        };
    }

    private static Condition[] Prepare(IReadOnlyList<SpanPredicate> predicates)
    {
        var conditions = new Condition[predicates.Count];
        for (int i = 0; i < conditions.Length; i++)
        {
            conditions[i] = predicates[i] switch
            {
                Comparison comparison => new Condition(comparison, []),
                AnyOf any => new Condition(null, Prepare(any.Predicates)),
                var other => throw new NotSupportedException(other.GetType().Name),
            };
        }
        return conditions;
    }

    private bool Holds(Condition condition, int span)
    {
        if (condition.Comparison is not { } comparison)
        {
            foreach (var alternative in condition.Alternatives)
            {
                if (Holds(alternative, span))
                {
                    return true;
                }
            }
            return false;
        }
        var field = comparison.Field.Field;
        if (field == SpanField.Attribute)
        {
            return AnyAttribute(condition, comparison.Field.Scope, span);
        }
        var type = IntrinsicType(field);
        return type == AttributeType.String
            ? condition.Holds(type, 0, batch.Strings[IntrinsicText(batch, span, field)])
            : condition.Holds(type, IntrinsicBits(batch, span, field), default);
    }

    private bool AnyAttribute(Condition condition, AttributeScope scope, int span)
    {
        if (condition.Key(batch) < 0)
        {
            return false;
        }
        var spans = batch.Spans;
        return ((scope & AttributeScope.Span) != 0 && AnyIn(spans.Attributes[span], condition))
            || ((scope & AttributeScope.Resource) != 0 && AnyIn(batch.Resources.Attributes[spans.Resources[span]], condition))
            || ((scope & AttributeScope.Scope) != 0 && AnyIn(batch.Scopes.Attributes[spans.Scopes[span]], condition))
            || ((scope & AttributeScope.Event) != 0 && AnyInRows(batch.Events.Attributes, spans.Events[span], condition))
            || ((scope & AttributeScope.Link) != 0 && AnyInRows(batch.Links.Attributes, spans.Links[span], condition));
    }

    private bool AnyInRows(RowRange[] attributes, RowRange rows, Condition condition)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (AnyIn(attributes[i], condition))
            {
                return true;
            }
        }
        return false;
    }

    private bool AnyIn(RowRange rows, Condition condition)
    {
        int key = condition.Key(batch);
        var attributes = batch.Attributes;
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (attributes.Keys[i] != key)
            {
                continue;
            }
            var type = attributes.Types[i];
            long value = attributes.Values[i];
            if (AttributeTable.IsStringId(type) ? condition.Holds(type, 0, batch.Strings[(int)value]) : condition.Holds(type, value, default))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsNumber(AttributeType type) => type is AttributeType.Int or AttributeType.Double;

    private static double Number(AttributeType type, long bits) => type == AttributeType.Int ? bits : BitConverter.Int64BitsToDouble(bits);

    private static long ToSigned(ulong value) => (long)Math.Min(value, long.MaxValue);

    /// <summary>A predicate with what was found out about it once.</summary>
    private sealed class Condition(Comparison? comparison, Condition[] alternatives)
    {
        private const int NotLookedUp = -2;

        private readonly TextOperand? text =
            comparison is { Operator: ComparisonOperator.EqualText } ? TextOperand.Parse(comparison.Value) : null;

        private int key = NotLookedUp;

        /// <summary>Null for <see cref="AnyOf"/>.</summary>
        public Comparison? Comparison => comparison;

        public Condition[] Alternatives => alternatives;

        /// <summary>String id of the attribute's key, −1 where the batch does not know it.</summary>
        public int Key(SpanBatch batch)
        {
            if (key == NotLookedUp)
            {
                key = batch.Strings.Find(Encoding.UTF8.GetBytes(comparison!.Field.Key));
            }
            return key;
        }

        public bool Holds(AttributeType type, long bits, ReadOnlySpan<byte> bytes) => text is null
            ? Compare(type, bits, bytes, comparison!.Operator, comparison.Value)
            : text.Equals(type, bits, bytes);
    }
}
