using Clew.Core.Model;

namespace Clew.Query;

/// <summary>Nothing is known of a trace, but stored spans cannot be read, and it may have been among them.</summary>
public sealed class TraceMayBeLostException(TraceId traceId, string damage)
    : Exception($"No span of trace {traceId} is known. It may have been lost: {damage}")
{
    /// <summary>What cannot be read.</summary>
    public string Damage => damage;
}
