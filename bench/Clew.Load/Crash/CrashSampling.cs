using System.Globalization;
using Clew.Core.Model;

namespace Clew.Load.Crash;

/// <summary>The policy that the server samples with, and what it must do to a trace as far as its id says.</summary>
/// <param name="Policy">A file, or a share.</param>
internal sealed record CrashSampling(string Policy)
{
    private readonly SamplingThreshold? threshold =
        double.TryParse(Policy, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) ? SamplingThreshold.OfProbability(share) : null;

    /// <summary>What the server is told.</summary>
    public IEnumerable<string> ServerArguments => threshold is null
        ? ["--Sampling:PolicyFile", Path.GetFullPath(Policy)]
        : ["--Sampling:Policy", $$"""{"policy":{"type":"probability","share":{{Policy}} } }"""];

    /// <summary>Whether a trace is kept; null where its id does not say.</summary>
    /// <param name="traceId">32 hex digits.</param>
    public bool? Keeps(string traceId)
    {
        ulong randomness = ulong.Parse(traceId.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & (SamplingThreshold.Range - 1);
        return threshold?.Keeps(randomness);
    }
}
