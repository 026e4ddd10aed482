using Clew.Core.Model;
using Clew.Ingest.Head;
using Clew.Ingest.Pipeline;

namespace Clew.Ingest.Assembly;

/// <summary>How much a batch may still take: up to the bounds, one tenant, at least one part.</summary>
internal struct BatchRoom(PipelineOptions options)
{
    private Tenant? tenant;
    private long spans;
    private long bytes;
    private bool isFull;

    /// <summary>Takes a part's share of the room; false where there is none. Once full it stays full.</summary>
    public bool TryTake(in PartDescription part)
    {
        if (tenant is not null && part.Tenant != tenant)
        {
            return false;
        }
        isFull |= tenant is not null && (spans + part.SpanCount > options.FlushSpans || bytes + part.Bytes > options.FlushBytes);
        if (isFull)
        {
            return false;
        }
        tenant = part.Tenant;
        spans += part.SpanCount;
        bytes += part.Bytes;
        return true;
    }
}
