using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage;

namespace Clew.Ingest.Closing;

/// <summary>Lends closing to the store, so that parts brought together there become what the closer would have made of the whole.</summary>
public sealed class TreeArranger : ITraceArranger
{
    private readonly TraceDeriver deriver = new();

    /// <inheritdoc/>
    public void Arrange(TraceBatch batch, int start, TraceId traceId, TraceFlags flags) => deriver.Close(batch, start, traceId, flags);
}
