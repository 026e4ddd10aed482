using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Query.Series;

/// <summary>Asks how many requests there were, how many failed and how long they took.</summary>
public sealed record RedQuery
{
    /// <summary>Which series: positions of labels (<see cref="SeriesLabels"/>) with the value asked for.</summary>
    public IReadOnlyList<(int Label, string Value)> Filters { get; init; } = [];

    /// <summary>Positions of the labels that are told apart; the others are summed over.</summary>
    public IReadOnlyList<int> By { get; init; } = [SeriesLabels.Service, SeriesLabels.Operation, SeriesLabels.SpanKind];

    public required TimeRange Range { get; init; }

    /// <summary>Time between points; 0: one point for the whole range.</summary>
    public TimeSpan Step { get; init; }
}
