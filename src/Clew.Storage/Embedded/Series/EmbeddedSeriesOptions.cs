using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>Where and within which bounds the embedded series store works. Config: immutable.</summary>
public sealed record EmbeddedSeriesOptions
{
    /// <summary>Absolute path of the store's own directory; it is created where it is not there. One process at a time.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// What is kept, finest first; each step is a multiple of the one before, each retention at least as long. What comes in is added to all
    /// of them, so each is complete for itself.
    /// </summary>
    public IReadOnlyList<SeriesResolution> Resolutions { get; init; } =
    [
        new(TimeSpan.FromSeconds(10), TimeSpan.FromDays(1)),
        new(TimeSpan.FromMinutes(1), TimeSpan.FromDays(31)),
        new(TimeSpan.FromHours(1), TimeSpan.FromDays(366)),
    ];

    /// <summary>Series of one tenant; what would be a further one is added to a series of its kind named "other". About 500 bytes of memory each.</summary>
    public int MaxSeries { get; init; } = 50_000;

    /// <summary>What is only in the log is folded into blocks at least this often.</summary>
    public TimeSpan FoldInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is only in the log is folded into blocks once it takes this much memory. At four times this, batches are refused.</summary>
    public long FoldBytes { get; init; } = 16L << 20;

    /// <summary>So many blocks of about one size that cover the same time are merged to one.</summary>
    public int MergeFanIn { get; init; } = 6;

    /// <summary>How often the store looks whether something is to be folded, merged or has outlived its retention: more than 0, at most 49 days.</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">The resolutions do not build on one another.</exception>
    internal void Validate()
    {
        var finer = new SeriesResolution(TimeSpan.FromTicks((long)(SeriesDelta.StepWidth / TimeSpan.NanosecondsPerTick)), TimeSpan.Zero);
        foreach (var resolution in Resolutions)
        {
            if (resolution.Step < finer.Step || resolution.Step.Ticks % finer.Step.Ticks != 0 || resolution.Retention < finer.Retention
                || resolution.Retention <= TimeSpan.Zero)
            {
                throw new ArgumentException($"A resolution of {resolution.Step} for {resolution.Retention} does not build on {finer.Step} for {finer.Retention}.");
            }
            finer = resolution;
        }
        if (Resolutions.Count == 0)
        {
            throw new ArgumentException("There is no resolution to keep series at.");
        }
    }
}
