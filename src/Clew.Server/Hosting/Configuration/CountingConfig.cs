using Clew.Ingest.Counting;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of what is counted.</summary>
internal static class CountingConfig
{
    public static CountingOptions Read(ConfigurationReader reader)
    {
        var defaults = new CountingOptions();
        return defaults with
        {
            Services = reader.Number("Counting:Services", defaults.Services, 1, 100_000, "Services that are counted apart; further ones count as one"),
            OperationsPerService = reader.Number("Counting:OperationsPerService", defaults.OperationsPerService, 1, 100_000, "Operations of a service that are counted apart; further ones count as one"),
            PeersPerService = reader.Number("Counting:PeersPerService", defaults.PeersPerService, 1, 100_000, "Services that a service calls, and apart from them hosts, databases and queues, that are counted apart; further ones count as one"),
        };
    }
}
