using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The columns of links.</summary>
internal sealed class LinkColumns(SpanBatch batch, ColumnSet set)
{
    private readonly ColumnWriter high = set.Integers(ColumnRole.LinkTraceHigh, OwnerKind.Link);
    private readonly ColumnWriter low = set.Integers(ColumnRole.LinkTraceLow, OwnerKind.Link);
    private readonly ColumnWriter spanId = set.Integers(ColumnRole.LinkSpanId, OwnerKind.Link);
    private readonly ColumnWriter state = set.Strings(ColumnRole.LinkTraceState, OwnerKind.Link);
    private readonly ColumnWriter flags = set.Integers(ColumnRole.LinkFlags, OwnerKind.Link);
    private readonly ColumnWriter dropped = set.Integers(ColumnRole.DroppedAttributes, OwnerKind.Link);

    public void Write(int row)
    {
        var links = batch.Links;
        high.Add((long)links.TraceIds[row].High);
        low.Add((long)links.TraceIds[row].Low);
        spanId.Add((long)links.SpanIds[row].Value);
        state.AddString(links.TraceStates[row]);
        flags.Add(links.Flags[row]);
        dropped.Add(links.DroppedAttributesCounts[row]);
    }
}
