using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>A point that is not in a block yet.</summary>
internal struct SeriesMemoryCell
{
    public ulong Errors;
    public Exemplars Exemplars;

    /// <summary>Never null once the point is there.</summary>
    public LatencySketch? Durations;
}
