using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Index;

/// <summary>
/// The equalities among a search's conditions, to be asked of segments' filters before a segment is opened. One search's; from any thread.
/// </summary>
internal sealed class SegmentProbe
{
    private readonly List<List<(FieldIndex Field, ValueOperand Value)>> all; // of each condition: one of the alternatives
    private readonly SegmentIndex index;

    private SegmentProbe(List<List<(FieldIndex Field, ValueOperand Value)>> all, SegmentIndex index)
    {
        this.all = all;
        this.index = index;
    }

    /// <summary>The probe, or null where the conditions hold no equality that filters could decide.</summary>
    public static SegmentProbe? Of(IReadOnlyList<SpanPredicate> predicates, SegmentIndex index)
    {
        List<List<(FieldIndex Field, ValueOperand Value)>>? all = null;
        foreach (var predicate in predicates)
        {
            var any = new List<(FieldIndex Field, ValueOperand Value)>();
            if (Add(predicate, any, index))
            {
                (all ??= []).Add(any);
            }
        }
        AddPairs(predicates, ref all, index);
        return all is null ? null : new SegmentProbe(all, index);
    }

    /// <summary>False where no span of the segment can match. Where a filter is missing it may, and the filter is asked for.</summary>
    public bool MayMatch(Segment segment)
    {
        foreach (var any in all)
        {
            if (!MayMatchAny(segment, any))
            {
                return false;
            }
        }
        return true;
    }

    private bool MayMatchAny(Segment segment, List<(FieldIndex Field, ValueOperand Value)> any)
    {
        foreach (var (field, value) in any)
        {
            if (field.Of(segment) is not { } filter)
            {
                index.Want(field);
                return true;
            }
            if (value.MayBeIn(filter))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Of a name, a service or both, attributes, and how long spans last at least: each may be in every segment and no span have them all.</summary>
    private static void AddPairs(
        IReadOnlyList<SpanPredicate> predicates, ref List<List<(FieldIndex Field, ValueOperand Value)>>? all, SegmentIndex index)
    {
        ulong? name = Wanted(predicates, SpanField.Name);
        ulong? service = Wanted(predicates, SpanField.ServiceName);
        if ((name ?? service) is not { } hash)
        {
            return;
        }
        int duration = LongestWanted(predicates);
        bool both = name is not null && service is not null;
        hash = both ? ValueOperand.Pair(service!.Value, name!.Value) : hash;
        foreach (var predicate in predicates)
        {
            if (predicate is Comparison { Field: { Field: SpanField.Attribute, Key.Length: > 0 } } comparison
                && ValueOperand.Of(comparison) is { } value
                && index.Use(new FilterField(name is null ? SpanField.ServiceName : SpanField.Name, comparison.Field.Key, both)) is { } known)
            {
                (all ??= []).Add([(known, value.With(hash, duration))]);
            }
        }
    }

    private static int LongestWanted(IReadOnlyList<SpanPredicate> predicates)
    {
        int longest = 0;
        foreach (var predicate in predicates)
        {
            if (predicate is Comparison
                {
                    Field.Field: SpanField.Duration, Value.Type: AttributeType.Int,
                    Operator: ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual or ComparisonOperator.Equal,
                } comparison)
            {
                longest = Math.Max(longest, DurationClass.Of(comparison.Value.Bits));
            }
        }
        return longest;
    }

    private static ulong? Wanted(IReadOnlyList<SpanPredicate> predicates, SpanField field)
    {
        foreach (var predicate in predicates)
        {
            if (predicate is Comparison { Operator: ComparisonOperator.Equal, Value.Type: AttributeType.String } comparison && comparison.Field.Field == field)
            {
                return StableHash.Of(comparison.Value.Bytes);
            }
        }
        return null;
    }

    /// <summary>False where some alternative cannot be decided, and with it the condition.</summary>
    private static bool Add(SpanPredicate predicate, List<(FieldIndex Field, ValueOperand Value)> any, SegmentIndex index)
    {
        switch (predicate)
        {
            case AnyOf anyOf:
                foreach (var alternative in anyOf.Predicates)
                {
                    if (!Add(alternative, any, index))
                    {
                        return false;
                    }
                }
                return true;
            case Comparison comparison
                when FilterField.Of(comparison.Field) is { } field && ValueOperand.Of(comparison) is { } value && index.Use(field) is { } known:
                any.Add((known, value));
                return true;
            default:
                return false;
        }
    }
}
