namespace Clew.Server.Api.Own;

/// <summary>What <c>/status</c> answers. Keep in sync with docs/api/own.md.</summary>
/// <param name="Version">The server's version.</param>
/// <param name="Started">When it started.</param>
/// <param name="Health">How it is.</param>
/// <param name="Endpoints">Where it listens.</param>
/// <param name="Spans">What came in.</param>
/// <param name="Storage">What lies on disk.</param>
public sealed record ServerStatus(
    string Version, DateTimeOffset Started, ServerHealth Health, ServerEndpoints Endpoints, SpanFigures Spans, StorageFigures Storage)
{
    /// <summary>How soon what comes can be found; null where it was not measured yet.</summary>
    public FreshnessFigures? Freshness { get; init; }
}

/// <summary>How the server is: <c>ok</c>, <c>warn</c> or <c>error</c>, and why, one sentence each.</summary>
public sealed record ServerHealth(string State, IReadOnlyList<string> Messages);

/// <summary>Where the server listens, as host:port; null for what is off.</summary>
public sealed record ServerEndpoints(string? OtlpGrpc, string? OtlpHttp, string? Web, string? Jaeger);

/// <summary>Spans received and rejected since the start, lying in segments, and of traces still open.</summary>
public sealed record SpanFigures(long Received, long Rejected, long Stored, long Open);

/// <summary>What lies on disk, and what the store does with it.</summary>
public sealed record StorageFigures(string Directory, long Bytes, int Segments, long JournalBytes, int Series, long SeriesBytes)
{
    /// <summary>Traces that are hidden and still take up room.</summary>
    public long DeletedTraces { get; init; }

    /// <summary>Merges done since the start.</summary>
    public long Merges { get; init; }

    /// <summary>Segments being merged now.</summary>
    public int MergingSegments { get; init; }

    /// <summary>Nothing is left to be merged.</summary>
    public bool Settled { get; init; }

    /// <summary>Segments deleted since the start because they had outlived their retention.</summary>
    public long ExpiredSegments { get; init; }
}
