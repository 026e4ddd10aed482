using System.Runtime.InteropServices;
using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Writes one segment from traces of a batch, in the order of <see cref="TraceOrder"/>.
/// </summary>
/// <remarks>
/// 1. What will come is counted. 2. Columns are laid out. 3. Spans are written group by group with everything they own, so that page n of
/// every column belongs to group n. 4. Tables of resources, scopes and traces follow, then the pages are put together
/// (<see cref="SegmentAssembler"/>). Memory: the encoded segment, 16 bytes a trace, 8 bytes a span. Not thread-safe.
/// </remarks>
internal sealed class SegmentBuilder
{
    private readonly TraceBatch batch;
    private readonly SegmentSummary identity;
    private readonly ColumnSet set;
    private readonly OwnedRowsWriter owned;
    private readonly TraceTableWriter tables;
    private readonly RowMap resources;
    private readonly RowMap scopes;
    private readonly List<RowRange> runs = []; // of this group
    private readonly int[] group; // the same, row by row
    private int grouped;
    private int row;

    public SegmentBuilder(TraceBatch batch, SegmentSummary identity, SegmentBuffers buffers)
    {
        this.batch = batch;
        this.identity = identity;
        set = new ColumnSet(batch.Spans.Strings, buffers);
        owned = new OwnedRowsWriter(batch, set);
        tables = new TraceTableWriter(set, identity.GroupRows, batch.HasDerivedValues);
        // Resources and scopes get rows in order of first use.
        resources = new RowMap(batch.Spans.Resources.Count);
        scopes = new RowMap(batch.Spans.Scopes.Count);
        group = new int[Math.Min(identity.GroupRows, Math.Max(batch.Spans.Count, 1))];
    }

    /// <summary>Writes the batch's traces with these rows.</summary>
    public SegmentImage Write(ReadOnlySpan<int> traces)
    {
        // 1
        int rows = 0;
        int[] inBatchOrder = traces.ToArray();
        Array.Sort(inBatchOrder); // memory is read in order
        foreach (int trace in inBatchOrder)
        {
            var range = batch.Traces.Spans[trace];
            rows += range.Count;
            owned.Count(range);
        }
        tables.Expect(traces.Length);
        // 2
        owned.Plan(identity.Pages(rows));
        // 3
        foreach (int trace in traces)
        {
            Add(trace);
        }
        EndGroup();
        // 4
        new SharedTablesWriter(batch.Spans, set).Write(identity, resources.Rows, scopes.Rows);
        var summary = tables.Complete(identity with { Spans = row });
        byte[] index = tables.BuildIndex();
        return SegmentAssembler.Assemble(set, batch.Spans.Strings, summary, resources.Rows.Count, scopes.Rows.Count, index, []);
    }

    private void Add(int trace)
    {
        var range = batch.Traces.Spans[trace];
        var t = batch.Traces;
        var facts = new TraceFacts(t.ShapeHashes[trace], t.RootServices[trace], t.RootNames[trace], t.ErrorCounts[trace], t.ServiceCounts[trace]);
        tables.Add(t.TraceIds[trace], row, t.Flags[trace], facts, batch.Spans.Spans, range);
        for (int from = range.Start; from < range.End;)
        {
            int end = Math.Min(range.End, from + identity.GroupRows - grouped);
            if (runs.Count > 0 && runs[^1].End == from)
            {
                runs[^1] = new RowRange(runs[^1].Start, end - runs[^1].Start);
            }
            else
            {
                runs.Add(new RowRange(from, end - from));
            }
            for (int i = from; i < end; i++)
            {
                group[grouped++] = i;
            }
            from = end;
            if (grouped == identity.GroupRows)
            {
                EndGroup();
            }
        }
        row += range.Count;
    }

    private void EndGroup()
    {
        if (grouped > 0)
        {
            owned.Write(CollectionsMarshal.AsSpan(runs), group.AsSpan(0, grouped), resources, scopes);
            set.EndPages(OwnerKind.Span, OwnerKind.Event, OwnerKind.Link);
            grouped = 0;
            runs.Clear();
        }
    }
}
