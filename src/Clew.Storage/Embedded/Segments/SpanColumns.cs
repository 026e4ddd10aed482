using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The columns of a span's own fields.</summary>
internal sealed class SpanColumns(TraceBatch batch, ColumnSet set, bool hasSelfTimes)
{
    private readonly SpanTable spans = batch.Spans.Spans;
    private readonly ColumnWriter spanId = set.Integers(ColumnRole.SpanId, OwnerKind.Span);
    private readonly ColumnWriter parent = set.Integers(ColumnRole.Parent, OwnerKind.Span);
    private readonly ColumnWriter parentRaw = set.Integers(ColumnRole.ParentRaw, OwnerKind.Span);
    private readonly ColumnWriter traceState = set.Strings(ColumnRole.TraceState, OwnerKind.Span);
    private readonly ColumnWriter flags = set.Integers(ColumnRole.Flags, OwnerKind.Span);
    private readonly ColumnWriter name = set.Strings(ColumnRole.Name, OwnerKind.Span);
    private readonly ColumnWriter kind = set.Integers(ColumnRole.Kind, OwnerKind.Span);
    private readonly ColumnWriter start = set.Integers(ColumnRole.Start, OwnerKind.Span);
    private readonly ColumnWriter duration = set.Integers(ColumnRole.Duration, OwnerKind.Span);
    private readonly ColumnWriter status = set.Integers(ColumnRole.StatusCode, OwnerKind.Span);
    private readonly ColumnWriter message = set.Strings(ColumnRole.StatusMessage, OwnerKind.Span);
    private readonly ColumnWriter droppedAttributes = set.Integers(ColumnRole.DroppedAttributes, OwnerKind.Span);
    private readonly ColumnWriter droppedEvents = set.Integers(ColumnRole.DroppedEvents, OwnerKind.Span);
    private readonly ColumnWriter droppedLinks = set.Integers(ColumnRole.DroppedLinks, OwnerKind.Span);
    private readonly ColumnWriter resource = set.Integers(ColumnRole.Resource, OwnerKind.Span);
    private readonly ColumnWriter scope = set.Integers(ColumnRole.Scope, OwnerKind.Span);
    private readonly ColumnWriter eventCount = set.Integers(ColumnRole.EventCount, OwnerKind.Span);
    private readonly ColumnWriter linkCount = set.Integers(ColumnRole.LinkCount, OwnerKind.Span);
    private readonly ColumnWriter? covered = hasSelfTimes ? set.Integers(ColumnRole.CoveredTime, OwnerKind.Span) : null;
    private int[] distances = []; // by row of the batch: rows back to the parent, 0: none

    public void Write(int row, RowRange trace, int resourceRow, int scopeRow)
    {
        spanId.Add((long)spans.SpanIds[row].Value);
        WriteParent(row, trace);
        traceState.AddString(spans.TraceStates[row]);
        flags.Add(spans.Flags[row]);
        name.AddString(spans.Names[row]);
        kind.Add((long)spans.Kinds[row]);
        start.Add((long)spans.StartTimes[row]);
        duration.Add((long)(spans.EndTimes[row] - spans.StartTimes[row]));
        status.Add((long)spans.StatusCodes[row]);
        message.AddString(spans.StatusMessages[row]);
        droppedAttributes.Add(spans.DroppedAttributesCounts[row]);
        droppedEvents.Add(spans.DroppedEventsCounts[row]);
        droppedLinks.Add(spans.DroppedLinksCounts[row]);
        resource.Add(resourceRow);
        scope.Add(scopeRow);
        eventCount.Add(spans.Events[row].Count);
        linkCount.Add(spans.Links[row].Count);
        covered?.Add((long)(spans.Duration(row) - batch.SelfTimes[row]));
    }

    private void WriteParent(int row, RowRange trace)
    {
        if (distances.Length < spans.Count)
        {
            distances = new int[spans.Count];
        }
        var wanted = spans.ParentSpanIds[row];
        distances[row] = 0;
        if (wanted.IsEmpty)
        {
            parent.Add(0);
            return;
        }
        // In preorder the parent is the row before or one of that row's ancestors.
        int candidate = row - 1;
        while (candidate >= trace.Start)
        {
            if (spans.SpanIds[candidate] == wanted)
            {
                distances[row] = row - candidate;
                parent.Add(row - candidate + 1);
                return;
            }
            if (distances[candidate] == 0)
            {
                break;
            }
            candidate -= distances[candidate];
        }
        parent.Add(1);
        parentRaw.Add((long)wanted.Value);
    }
}
