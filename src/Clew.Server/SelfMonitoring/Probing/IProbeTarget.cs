using Clew.Core.Model;

namespace Clew.Server.SelfMonitoring.Probing;

/// <summary>The server as a client of it sees it.</summary>
internal interface IProbeTarget
{
    /// <summary>Sends a trace of one span. Null where it was accepted, else why it was not.</summary>
    Task<string?> SendAsync(TraceId traceId, CancellationToken cancellationToken);

    /// <summary>Null where search finds the trace, else why it does not.</summary>
    Task<string?> FindAsync(TraceId traceId, CancellationToken cancellationToken);
}
