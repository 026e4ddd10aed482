namespace Clew.Server.SelfMonitoring.Probing;

/// <summary>How Clew measures itself.</summary>
/// <param name="Interval">Time between probes; zero: none are sent.</param>
/// <param name="Patience">How long a probe is looked for.</param>
internal sealed record ProbeOptions(TimeSpan Interval, TimeSpan Patience);
