namespace Clew.Ingest.Sampling.Policies;

/// <summary>
/// Says which traces are kept. Gives each complete trace a threshold, and the trace is kept where its randomness reaches that: 0 is "surely",
/// 2^56 "never", anything between a share. Immutable; what is remembered between traces lies elsewhere.
/// </summary>
public abstract record SamplingPolicy
{
    /// <summary>Keeps everything: what is in force where nothing else is said.</summary>
    public static SamplingPolicy KeepAll { get; } = new AlwaysPolicy();
}
