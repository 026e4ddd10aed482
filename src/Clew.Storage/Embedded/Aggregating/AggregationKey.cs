using Clew.Core.Scan;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>What a request asks of a segment that lies in its time range whole: two requests with equal keys get equal figures of it.</summary>
internal sealed class AggregationKey : IEquatable<AggregationKey>
{
    private readonly SpanAggregation request;
    private readonly int hash;

    public AggregationKey(SpanAggregation request)
    {
        this.request = request;
        var code = new HashCode();
        code.Add(request.BucketWidth);
        foreach (var field in request.GroupBy)
        {
            code.Add(field);
        }
        foreach (var measure in request.Measures)
        {
            code.Add(measure);
        }
        Add(ref code, request.Predicates);
        hash = code.ToHashCode();
    }

    public bool Equals(AggregationKey? other) => other is not null && hash == other.hash
        && request.BucketWidth == other.request.BucketWidth
        && request.GroupBy.SequenceEqual(other.request.GroupBy)
        && request.Measures.SequenceEqual(other.request.Measures)
        && Same(request.Predicates, other.request.Predicates);

    public override bool Equals(object? obj) => Equals(obj as AggregationKey);

    public override int GetHashCode() => hash;

    private static void Add(ref HashCode code, IReadOnlyList<SpanPredicate> predicates)
    {
        code.Add(predicates.Count);
        foreach (var predicate in predicates)
        {
            if (predicate is AnyOf any)
            {
                Add(ref code, any.Predicates);
            }
            else
            {
                code.Add(predicate);
            }
        }
    }

    private static bool Same(IReadOnlyList<SpanPredicate> left, IReadOnlyList<SpanPredicate> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }
        for (int i = 0; i < left.Count; i++)
        {
            bool same = (left[i], right[i]) is (AnyOf one, AnyOf other) ? Same(one.Predicates, other.Predicates) : left[i].Equals(right[i]);
            if (!same)
            {
                return false;
            }
        }
        return true;
    }
}
