namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps traces whose root took longer than its operation did of late in 99 of 100 traces.</summary>
public sealed record UnusuallySlowPolicy : SamplingPolicy
{
    /// <summary>How many times the 99th percentile is slow.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Traces of an operation that must be known before any of them is called slow.</summary>
    public int MinTraces { get; init; } = 100;
}
