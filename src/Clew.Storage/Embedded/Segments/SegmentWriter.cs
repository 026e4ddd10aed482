using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Index;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Turns traces of a batch into the bytes of one segment.
/// </summary>
/// <remarks>
/// 1. The traces come newest first; resources and scopes get rows in order of first use. 2. Attributes are counted, and columns laid
/// out. 3. Spans are written group by group with everything they own, so that page n of every column belongs to group n.
/// 4. Tables of resources, scopes and traces follow, then the pages are put together (<see cref="SegmentAssembler"/>).
/// Bounded by the batch. Not thread-safe; memory is reused from one segment to the next.
/// </remarks>
internal sealed class SegmentWriter
{
    private readonly IntegerPage encoder = new();
    private readonly StringOwners owners = new();

    /// <summary>Writes the traces with these rows, which are in the order of <see cref="TraceOrder"/>.</summary>
    public SegmentImage Write(TraceBatch batch, ReadOnlySpan<int> traces, SegmentSummary identity)
    {
        var spans = batch.Spans;
        owners.Reset(spans.Strings.Count);
        var set = new ColumnSet(spans.Strings, owners);

        // 1
        var resources = new RowMap(spans.Resources.Count);
        var scopes = new RowMap(spans.Scopes.Count);
        int rows = 0;
        foreach (int trace in traces)
        {
            var range = batch.Traces.Spans[trace];
            rows += range.Count;
            for (int i = range.Start; i < range.End; i++)
            {
                resources.Map(spans.Spans.Resources[i]);
                scopes.Map(spans.Spans.Scopes[i]);
            }
        }

        // 2
        var owned = new OwnedRowsWriter(batch, set);
        foreach (int trace in traces)
        {
            owned.Count(batch.Traces.Spans[trace]);
        }
        owned.Plan(identity, rows, resources, scopes);

        // 3
        var tables = new TraceTableWriter(batch, set);
        int row = 0;
        foreach (int trace in traces)
        {
            var range = batch.Traces.Spans[trace];
            tables.Begin(trace, row);
            for (int i = range.Start; i < range.End; i++)
            {
                owned.Write(i, range);
                tables.Add(i);
                row++;
                if (row % identity.GroupRows == 0)
                {
                    EndPages(set, OwnerKind.Span, OwnerKind.Event, OwnerKind.Link);
                }
            }
            tables.End();
            if (tables.Count % identity.GroupRows == 0)
            {
                EndPages(set, OwnerKind.Trace);
            }
        }
        if (row % identity.GroupRows != 0)
        {
            EndPages(set, OwnerKind.Span, OwnerKind.Event, OwnerKind.Link);
        }
        if (tables.Count % identity.GroupRows != 0)
        {
            EndPages(set, OwnerKind.Trace);
        }

        // 4
        for (int i = 0; i < resources.Rows.Count; i++)
        {
            owned.WriteResource(resources.Rows[i]);
            EndTablePage(set, OwnerKind.Resource, i, resources.Rows.Count, identity.GroupRows);
        }
        for (int i = 0; i < scopes.Rows.Count; i++)
        {
            owned.WriteScope(scopes.Rows[i]);
            EndTablePage(set, OwnerKind.Scope, i, scopes.Rows.Count, identity.GroupRows);
        }
        var summary = tables.Complete(identity with { Spans = rows, Traces = traces.Length });
        byte[] index = TraceIndex.Build(tables.TraceIds);
        return SegmentAssembler.Assemble(set, spans.Strings, summary, resources.Rows.Count, scopes.Rows.Count, index);
    }

    private void EndTablePage(ColumnSet set, OwnerKind owner, int row, int count, int pageRows)
    {
        if ((row + 1) % pageRows == 0 || row + 1 == count)
        {
            EndPages(set, owner);
        }
    }

    private void EndPages(ColumnSet set, params ReadOnlySpan<OwnerKind> kinds)
    {
        foreach (var column in set.Columns)
        {
            if (kinds.Contains(column.Owner))
            {
                column.EndPage(encoder);
            }
        }
    }
}
