namespace Clew.Ingest.Intake;

/// <summary>How much is taken in. Immutable; by default as much as the machine can.</summary>
public sealed record IntakeOptions
{
    /// <summary>Spans a second over time; 0: no cap.</summary>
    public int SpansPerSecond { get; init; }

    /// <summary>Spans that may come at once after a pause; 0: as many as <see cref="SpansPerSecond"/>.</summary>
    public int BurstSpans { get; init; }

    /// <summary>The longest time that a refused sender is asked to wait.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Throws where a value makes no sense.</summary>
    /// <exception cref="ArgumentException">Which one, and what it must be.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(SpansPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegative(BurstSpans);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRetryAfter, TimeSpan.FromSeconds(1));
    }
}
