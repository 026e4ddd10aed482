namespace Clew.Ingest.Counting;

/// <summary>How many names are counted apart, of each tenant. Immutable.</summary>
public sealed record CountingOptions
{
    /// <summary>Services; further ones are counted as one.</summary>
    public int Services { get; init; } = 2000;

    /// <summary>Operations of one service; further ones are counted as one.</summary>
    public int OperationsPerService { get; init; } = 1000;

    /// <summary>Services one service calls, and apart from them hosts, databases and queues it tells of; further ones are counted as one.</summary>
    public int PeersPerService { get; init; } = 250;

    /// <summary>Series of operations, and as many of edges, in all.</summary>
    public int Series { get; init; } = 50_000;
}
