using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>Asks for figures over the spans that match, by group.</summary>
public sealed record SpanAggregation
{
    public required Tenant Tenant { get; init; }

    /// <summary>The span's start lies in here.</summary>
    public required TimeRange Range { get; init; }

    /// <summary>All of them hold on the span.</summary>
    public IReadOnlyList<SpanPredicate> Predicates { get; init; } = [];

    /// <summary>Fields whose values name the group; a span without a value is filed under <see cref="AttributeValue.Empty"/>.</summary>
    public IReadOnlyList<FieldReference> GroupBy { get; init; } = [];

    /// <summary>Width of a time bucket in nanoseconds, by start time; 0: no buckets.</summary>
    public ulong BucketWidth { get; init; }

    public IReadOnlyList<Measure> Measures { get; init; } = [Measure.Count];
}
