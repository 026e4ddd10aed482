using Clew.Core.Columns;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Searching;

/// <summary>
/// Finds the matching traces of one segment, newest first, group by group. After an exception it can be moved on: it goes on with the
/// next group.
/// </summary>
internal sealed class SegmentSearch : IDisposable
{
    private readonly TraceSearch search;
    private readonly Segment segment;
    private readonly RowGroup group;
    private readonly TraceRows traces;
    private readonly RowFilter? filter;
    private readonly Queue<int> found = new();
    private int next;
    private int lastTrace = -1;
    private readonly ScanReport report;
    private long reported;
    private bool foundNothing; // in the groups so far, from the first on, all of them read

    public SegmentSearch(SegmentReader reader, TraceSearch search, Segment segment, ScanReport report)
    {
        this.report = report;
        Deletions = segment.Deletions;
        this.search = search;
        this.segment = segment;
        group = RowGroup.OfSpans(reader);
        traces = new TraceRows(reader);
        filter = RowFilter.Create(reader, search.Range, search.Predicates, segment);
        if (search.Before is { } before && !reader.Directory.Summary.HasPartialTraces)
        {
            next = traces.FirstRowNotAfter(before.StartTime) / reader.Directory.GroupRows;
        }
        foundNothing = next == 0;
    }

    /// <summary>True where the whole segment was looked at and no span in it passes.</summary>
    public bool FoundNothing => foundNothing && next >= group.Count;

    /// <summary>The segment's deletions when the search began.</summary>
    public DeletionList? Deletions { get; }

    /// <summary>The hit that the search stands on.</summary>
    public TraceHit Current { get; private set; }

    /// <exception cref="SegmentDamagedException">A group cannot be read; the search has passed it.</exception>
    public bool MoveNext(CancellationToken cancellationToken)
    {
        if (filter is null)
        {
            return false;
        }
        int trace;
        while (!found.TryDequeue(out trace) || segment.Deletions?.Contains(trace) == true)
        {
            if (found.Count > 0)
            {
                continue;
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (next >= group.Count)
            {
                return false;
            }
            group.MoveTo(next++);
            Look(filter);
        }
        Current = new TraceHit(traces.Position(trace), 0);
        return true;
    }

    /// <summary>Gives its memory back.</summary>
    public void Dispose()
    {
        group.Dispose();
        traces.Dispose();
        filter?.Dispose();
    }

    private void Look(RowFilter rows)
    {
        bool before = foundNothing;
        foundNothing = false;
        var passed = rows.Apply(group);
        foundNothing = before && passed.IsEmpty && !rows.MetLostGroup;
        if (rows.MetLostGroup)
        {
            report.LostGroup(segment);
        }
        if (rows.RowsScanned > reported)
        {
            if (reported == 0)
            {
                report.Looked();
            }
            report.Spans(rows.RowsScanned - reported);
            reported = rows.RowsScanned;
        }
        Collect(passed);
    }

    private void Collect(ReadOnlySpan<ulong> rows)
    {
        for (int row = RowBits.Next(rows, 0); row >= 0;)
        {
            int trace = traces.TraceOf(group.FirstRow + row);
            var spans = traces.Spans(trace);
            if (trace != lastTrace && IsWanted(trace))
            {
                if (IsWhole(spans))
                {
                    found.Enqueue(trace);
                }
                else
                {
                    report.LostGroup(segment);
                }
            }
            lastTrace = trace;
            row = RowBits.Next(rows, spans.End - group.FirstRow);
        }
    }

    private bool IsWanted(int trace) =>
        search.Before is not { } before || traces.Position(trace) > before || (traces.Flags(trace) & TraceFlags.Partial) != 0;

    /// <summary>A trace with spans in a lost group cannot be read, so it is not shown.</summary>
    private bool IsWhole(RowRange spans)
    {
        int first = spans.Start / group.Directory.GroupRows;
        int last = (spans.End - 1) / group.Directory.GroupRows;
        return !segment.BadGroups.AsSpan(first, last - first + 1).Contains(true);
    }
}
