using System.Numerics;
using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The columns of a span's own fields, written some spans at a time.</summary>
internal sealed class SpanColumns(TraceBatch batch, ColumnSet set)
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
    private readonly ColumnWriter? covered =
        batch.SelfTimes.Length >= batch.Spans.Count ? set.Integers(ColumnRole.CoveredTime, OwnerKind.Span) : null;

    private int[] distances = []; // by row of the trace: rows back to the parent, 0: none

    /// <summary>Writes the parent of one span; those of a trace come one after the other, from the first.</summary>
    public void WriteParent(int row, RowRange trace)
    {
        int index = row - trace.Start;
        if (distances.Length <= index)
        {
            Array.Resize(ref distances, Math.Max(trace.Count, 2 * distances.Length));
        }
        var wanted = spans.ParentSpanIds[row];
        distances[index] = 0;
        if (wanted.IsEmpty)
        {
            parent.Add(0);
            return;
        }
        // In preorder the parent is the row before or one of that row's ancestors.
        int candidate = index - 1;
        while (candidate >= 0)
        {
            if (spans.SpanIds[trace.Start + candidate] == wanted)
            {
                distances[index] = index - candidate;
                parent.Add(index - candidate + 1);
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

    /// <summary>Writes everything else of these rows, column by column.</summary>
    public void Write(ReadOnlySpan<int> rows, RowMap resources, RowMap scopes)
    {
        Write(spanId, rows, MemoryMarshal.Cast<SpanId, ulong>(spans.SpanIds));
        WriteStrings(traceState, rows, spans.TraceStates);
        Write(flags, rows, spans.Flags);
        WriteStrings(name, rows, spans.Names);
        Write(kind, rows, MemoryMarshal.Cast<SpanKind, byte>(spans.Kinds));
        Write(start, rows, spans.StartTimes);
        Write(status, rows, MemoryMarshal.Cast<StatusCode, byte>(spans.StatusCodes));
        WriteStrings(message, rows, spans.StatusMessages);
        Write(droppedAttributes, rows, spans.DroppedAttributesCounts);
        Write(droppedEvents, rows, spans.DroppedEventsCounts);
        Write(droppedLinks, rows, spans.DroppedLinksCounts);
        WriteCounts(eventCount, rows, spans.Events);
        WriteCounts(linkCount, rows, spans.Links);
        WriteTimes(rows);
        WriteShared(resource, rows, spans.Resources, resources);
        WriteShared(scope, rows, spans.Scopes, scopes);
    }

    private void WriteTimes(ReadOnlySpan<int> rows)
    {
        var durations = duration.Reserve(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            durations[i] = (long)(spans.EndTimes[rows[i]] - spans.StartTimes[rows[i]]);
        }
        if (covered is null)
        {
            return;
        }
        var coveredTimes = covered.Reserve(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            coveredTimes[i] = (long)(spans.Duration(rows[i]) - batch.SelfTimes[rows[i]]);
        }
    }

    private static void Write<T>(ColumnWriter column, ReadOnlySpan<int> rows, ReadOnlySpan<T> source)
        where T : IBinaryInteger<T>
    {
        var values = column.Reserve(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = long.CreateTruncating(source[rows[i]]);
        }
    }

    private static void WriteCounts(ColumnWriter column, ReadOnlySpan<int> rows, ReadOnlySpan<RowRange> source)
    {
        var values = column.Reserve(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = source[rows[i]].Count;
        }
    }

    private static void WriteStrings(ColumnWriter column, ReadOnlySpan<int> rows, int[] source)
    {
        var texts = column.Texts!;
        var values = column.Reserve(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = texts.IdOf(source[rows[i]]);
        }
    }

    private static void WriteShared(ColumnWriter column, ReadOnlySpan<int> rows, int[] source, RowMap map)
    {
        var values = column.Reserve(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = map.Map(source[rows[i]]);
        }
    }
}
