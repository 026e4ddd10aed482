using Clew.Core.Series;

namespace Clew.Storage;

/// <summary>Keeps the series whose label has one of some values.</summary>
/// <param name="Label">Position of the label: a constant of <see cref="SeriesLabels"/>.</param>
/// <param name="AnyOf">The values, compared exactly.</param>
public sealed record SeriesFilter(int Label, IReadOnlyCollection<string> AnyOf);
