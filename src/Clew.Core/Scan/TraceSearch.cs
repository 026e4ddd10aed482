using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>Asks for the traces that have at least one span on which all conditions hold.</summary>
public sealed record TraceSearch
{
    public required Tenant Tenant { get; init; }

    /// <summary>The matching span's start lies in here.</summary>
    public required TimeRange Range { get; init; }

    /// <summary>All of them hold on the same span. Empty: any span.</summary>
    public IReadOnlyList<SpanPredicate> Predicates { get; init; } = [];

    /// <summary>
    /// A hint: traces at or after this position are of no interest. A source may leave out what it holds whole and knows to be
    /// there; parts flagged <see cref="Columns.TraceFlags.Partial"/> are reported all the same, since their trace may begin earlier.
    /// </summary>
    public TracePosition? Before { get; init; }
}
