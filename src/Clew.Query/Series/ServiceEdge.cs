using Clew.Core.Series;

namespace Clew.Query.Series;

/// <summary>What one node asked of another.</summary>
/// <param name="Client">Name of the node that calls or sends.</param>
/// <param name="Server">Name of the node that is called or receives.</param>
/// <param name="Connection">A connection type, as <see cref="SeriesLabels.Of(ConnectionType)"/> writes it.</param>
public sealed record ServiceEdge(string Client, string Server, string Connection)
{
    /// <summary>Calls and messages, by whom they were seen: both, the client alone, the server alone.</summary>
    public ulong Calls => Paired + ClientOnly + ServerOnly;

    /// <summary>Seen at both ends.</summary>
    public ulong Paired { get; internal set; }

    /// <summary>Seen at the client alone.</summary>
    public ulong ClientOnly { get; internal set; }

    /// <summary>Seen at the server alone.</summary>
    public ulong ServerOnly { get; internal set; }

    /// <summary>How many failed: as the server says, or the client where it alone was seen.</summary>
    public ulong Errors { get; internal set; }

    /// <summary>How long they took as the client saw it.</summary>
    public LatencySketch ClientDurations { get; } = new();

    /// <summary>How long they took as the server saw it.</summary>
    public LatencySketch ServerDurations { get; } = new();
}
