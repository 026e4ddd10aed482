using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Tests.Embedded;

/// <summary>Arranges traces as the product does.</summary>
internal sealed class TreeArranger : ITraceArranger
{
    private readonly TraceDeriver deriver = new();

    public void Arrange(TraceBatch batch, int start, TraceId traceId, TraceFlags flags) => deriver.Close(batch, start, traceId, flags);
}
