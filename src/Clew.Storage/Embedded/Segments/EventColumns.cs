using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The columns of events.</summary>
internal sealed class EventColumns(SpanBatch batch, ColumnSet set)
{
    private readonly ColumnWriter time = set.Integers(ColumnRole.EventTime, OwnerKind.Event);
    private readonly ColumnWriter name = set.Strings(ColumnRole.EventName, OwnerKind.Event);
    private readonly ColumnWriter dropped = set.Integers(ColumnRole.DroppedAttributes, OwnerKind.Event);

    public void Write(int row, ulong spanStart)
    {
        time.Add((long)(batch.Events.Times[row] - spanStart));
        name.AddString(batch.Events.Names[row]);
        dropped.Add(batch.Events.DroppedAttributesCounts[row]);
    }
}
