using Clew.Server.SelfMonitoring.Probing;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of the prober.</summary>
internal static class ProbeConfig
{
    public static ProbeOptions Read(ConfigurationReader reader) => new(
        reader.Duration("Probe:Interval", TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromHours(1), "How often a small trace is sent through the receiver to measure until search finds it; it is never stored or counted; 0: never"),
        reader.Duration("Probe:Timeout", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), "How long such a trace is looked for"));
}
