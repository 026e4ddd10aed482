using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Query.Search;

/// <summary>Asks for a page of the traces that have at least one span on which all conditions hold.</summary>
public sealed record TraceQuery
{
    /// <summary>The matching span's start lies in here.</summary>
    public TimeRange Range { get; init; } = TimeRange.All;

    /// <summary>All of them hold on the same span. Empty: any span.</summary>
    public IReadOnlyList<SpanPredicate> Predicates { get; init; } = [];

    /// <summary>Traces a page, 1 to <see cref="QueryOptions.MaxLimit"/>.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>Where the page before ended; null for the first page.</summary>
    public TraceCursor? After { get; init; }

    public TotalMode Total { get; init; }
}
