using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>
/// Decides whether all predicates hold on a span of a batch. It defines what predicates mean: every source that executes them in
/// a faster way must agree with it.
/// </summary>
/// <remarks>Bound to one batch, whose dictionary it looks keys up in once. Not thread-safe.</remarks>
public sealed class SpanMatcher
{
    private readonly SpanBatch batch;
    private readonly IReadOnlyList<SpanPredicate> predicates;
    private readonly Dictionary<string, int> keys = [];
    private readonly Dictionary<AttributeValue, TextOperand> texts = [];

    public SpanMatcher(SpanBatch batch, IReadOnlyList<SpanPredicate> predicates)
    {
        this.batch = batch;
        this.predicates = predicates;
    }

    /// <summary>True where all predicates hold on that span.</summary>
    public bool Matches(int span)
    {
        foreach (var predicate in predicates)
        {
            if (!Holds(predicate, span))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Compares two values by the rules of <see cref="Comparison"/>, without <see cref="ComparisonOperator.EqualText"/>.</summary>
    public static bool Compare(AttributeValue actual, ComparisonOperator op, AttributeValue wanted)
    {
        if (op == ComparisonOperator.Exists)
        {
            return true;
        }
        int order;
        if (IsNumber(actual.Type) && IsNumber(wanted.Type))
        {
            if (actual.Type == AttributeType.Int && wanted.Type == AttributeType.Int)
            {
                order = actual.Bits.CompareTo(wanted.Bits);
            }
            else
            {
                double left = Number(actual);
                double right = Number(wanted);
                if (double.IsNaN(left) || double.IsNaN(right))
                {
                    return op == ComparisonOperator.NotEqual;
                }
                order = left.CompareTo(right);
            }
        }
        else if (actual.Type != wanted.Type)
        {
            return false;
        }
        else if (actual.Type == AttributeType.String)
        {
            order = actual.Bytes.SequenceCompareTo(wanted.Bytes);
        }
        else if (op is ComparisonOperator.Equal or ComparisonOperator.NotEqual)
        {
            order = actual.Equals(wanted) ? 0 : 1;
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
    public static AttributeValue Intrinsic(SpanBatch batch, int span, SpanField field)
    {
        var spans = batch.Spans;
        return field switch
        {
            SpanField.Name => Text(batch, spans.Names[span]),
            SpanField.Kind => AttributeValue.Of((long)spans.Kinds[span]),
            SpanField.StatusCode => AttributeValue.Of((long)spans.StatusCodes[span]),
            SpanField.StatusMessage => Text(batch, spans.StatusMessages[span]),
            SpanField.StartTime => AttributeValue.Of(ToSigned(spans.StartTimes[span])),
            SpanField.EndTime => AttributeValue.Of(ToSigned(spans.EndTimes[span])),
            SpanField.Duration => AttributeValue.Of(ToSigned(spans.Duration(span))),
            SpanField.ServiceName => Text(batch, batch.ServiceName(span)),
            SpanField.ScopeName => Text(batch, batch.Scopes.Names[spans.Scopes[span]]),
            SpanField.ScopeVersion => Text(batch, batch.Scopes.Versions[spans.Scopes[span]]),
            SpanField.IsRoot => AttributeValue.Of(spans.ParentSpanIds[span].IsEmpty),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, "Not an intrinsic field."),
        };
    }

    private bool Holds(SpanPredicate predicate, int span) => predicate switch
    {
        Comparison { Field.Field: SpanField.Attribute } comparison => AnyAttribute(comparison, span),
        Comparison comparison => HoldsOn(Intrinsic(batch, span, comparison.Field.Field), comparison),
        AnyOf any => HoldsAny(any, span),
        _ => throw new NotSupportedException(predicate.GetType().Name),
    };

    private bool HoldsAny(AnyOf any, int span)
    {
        foreach (var predicate in any.Predicates)
        {
            if (Holds(predicate, span))
            {
                return true;
            }
        }
        return false;
    }

    private bool AnyAttribute(Comparison comparison, int span)
    {
        if (!keys.TryGetValue(comparison.Field.Key, out int key))
        {
            key = batch.Strings.Find(Encoding.UTF8.GetBytes(comparison.Field.Key));
            keys.Add(comparison.Field.Key, key);
        }
        if (key < 0)
        {
            return false;
        }
        var spans = batch.Spans;
        var scope = comparison.Field.Scope;
        return (scope.HasFlag(AttributeScope.Span) && AnyIn(spans.Attributes[span], key, comparison))
            || (scope.HasFlag(AttributeScope.Resource) && AnyIn(batch.Resources.Attributes[spans.Resources[span]], key, comparison))
            || (scope.HasFlag(AttributeScope.Scope) && AnyIn(batch.Scopes.Attributes[spans.Scopes[span]], key, comparison))
            || (scope.HasFlag(AttributeScope.Event) && AnyInRows(batch.Events.Attributes, spans.Events[span], key, comparison))
            || (scope.HasFlag(AttributeScope.Link) && AnyInRows(batch.Links.Attributes, spans.Links[span], key, comparison));
    }

    private bool AnyInRows(RowRange[] attributes, RowRange rows, int key, Comparison comparison)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (AnyIn(attributes[i], key, comparison))
            {
                return true;
            }
        }
        return false;
    }

    private bool AnyIn(RowRange rows, int key, Comparison comparison)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (batch.Attributes.Keys[i] == key && HoldsOn(batch.Value(i), comparison))
            {
                return true;
            }
        }
        return false;
    }

    private bool HoldsOn(AttributeValue actual, Comparison comparison)
    {
        if (comparison.Operator != ComparisonOperator.EqualText)
        {
            return Compare(actual, comparison.Operator, comparison.Value);
        }
        if (!texts.TryGetValue(comparison.Value, out var text))
        {
            text = TextOperand.Parse(comparison.Value);
            texts.Add(comparison.Value, text);
        }
        return text.Equals(actual);
    }

    private static AttributeValue Text(SpanBatch batch, int stringId) => AttributeValue.Of(AttributeType.String, batch.Strings[stringId]);

    private static bool IsNumber(AttributeType type) => type is AttributeType.Int or AttributeType.Double;

    private static double Number(AttributeValue value) => value.Type == AttributeType.Int ? value.Bits : value.Double;

    private static long ToSigned(ulong value) => (long)Math.Min(value, long.MaxValue);
}
