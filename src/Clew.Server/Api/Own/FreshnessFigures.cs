namespace Clew.Server.Api.Own;

/// <summary>How long after being sent a trace is found by search, seconds, over about the last hour.</summary>
/// <param name="P50">Half of the probes were found within that time.</param>
/// <param name="P99">99 of 100 were.</param>
/// <param name="Max">The longest.</param>
/// <param name="Probes">Measurements since the start.</param>
/// <param name="NotFound">Of these, probes that were not found in their time.</param>
public sealed record FreshnessFigures(double P50, double P99, double Max, long Probes, long NotFound);
