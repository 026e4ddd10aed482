using Clew.Server.SelfMonitoring.Tracing;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of Clew's own traces.</summary>
internal static class SelfTracingConfig
{
    public static SelfTracingOptions Read(ConfigurationReader reader) => new(
        reader.Flag("SelfTracing:Enabled", false, "Trace Clew itself, into itself, as the service clew: receiving, storing, merging, queries"),
        reader.Number("SelfTracing:TracesPerSecond", 5, 1, 10_000, "Most of its own traces a second; further ones are not begun"));
}
