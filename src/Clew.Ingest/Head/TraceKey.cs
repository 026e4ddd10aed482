using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>A trace of a tenant. Tenants rarely share trace ids, so the id alone is hashed.</summary>
internal readonly struct TraceKey(Tenant tenant, TraceId traceId) : IEquatable<TraceKey>
{
    public Tenant Tenant => tenant;

    public TraceId TraceId => traceId;

    public bool Equals(TraceKey other) => traceId == other.TraceId && tenant == other.Tenant;

    public override bool Equals(object? obj) => obj is TraceKey other && Equals(other);

    public override int GetHashCode() => traceId.GetHashCode();
}
