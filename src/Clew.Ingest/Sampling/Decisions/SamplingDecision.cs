using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Decisions;

/// <summary>What was decided about a trace, so that what comes later follows.</summary>
/// <param name="Threshold">What it was sampled with.</param>
/// <param name="IsKept">Whether it was kept.</param>
internal readonly record struct SamplingDecision(SamplingThreshold Threshold, bool IsKept)
{
    /// <summary>What is decided about a trace that somebody deletes: no sampling comes to that.</summary>
    public static readonly SamplingDecision Deleted = new(SamplingThreshold.Always, IsKept: false);

    /// <summary>As a number that is stored on disk.</summary>
    public uint ToCode() => ((uint)Threshold.ToCode() << 1) | (IsKept ? 1u : 0);

    /// <summary>Reads <see cref="ToCode"/>.</summary>
    public static SamplingDecision OfCode(uint code) => new(SamplingThreshold.OfCode(code >> 1), (code & 1) != 0);
}
