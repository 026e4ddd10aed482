using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Index;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Writes the table of traces and gathers the segment's bounds.</summary>
/// <param name="set">Where columns are made.</param>
/// <param name="pageRows">Traces in a page.</param>
/// <param name="withFacts">Whether what closing derived is known of every trace.</param>
internal sealed class TraceTableWriter(ColumnSet set, int pageRows, bool withFacts)
{
    private const ulong Plain = 1UL << 63;

    private readonly ColumnWriter high = set.Integers(ColumnRole.TraceHigh, OwnerKind.Trace);
    private readonly ColumnWriter low = set.Integers(ColumnRole.TraceLow, OwnerKind.Trace);
    private readonly ColumnWriter firstRow = set.Integers(ColumnRole.TraceFirstRow, OwnerKind.Trace);
    private readonly ColumnWriter flags = set.Integers(ColumnRole.TraceFlags, OwnerKind.Trace);
    private readonly ColumnWriter starts = set.Integers(ColumnRole.TraceStart, OwnerKind.Trace);
    private readonly ColumnWriter lengths = set.Integers(ColumnRole.TraceLength, OwnerKind.Trace);
    private readonly FactColumns? facts = withFacts ? new FactColumns(set) : null;
    private readonly List<TraceId> ids = [];
    private ulong lastStart;
    private ulong oldest = ulong.MaxValue;
    private ulong newest;
    private bool anyPartial;
    private bool plainTimes = true;

    public IReadOnlyList<TraceId> TraceIds => ids;

    /// <summary>The index over the traces added, one page.</summary>
    public byte[] BuildIndex() => TraceIndex.Build(CollectionsMarshal.AsSpan(ids));

    /// <summary>Says how many traces will be added.</summary>
    public void Expect(int traces) => ids.EnsureCapacity(traces);

    /// <summary>Adds a trace that consists of these spans.</summary>
    public void Add(TraceId id, int row, TraceFlags traceFlags, in TraceFacts traceFacts, SpanTable spans, RowRange range)
    {
        ulong start = ulong.MaxValue;
        ulong end = 0;
        for (int span = range.Start; span < range.End; span++)
        {
            ulong from = spans.StartTimes[span];
            ulong to = spans.EndTimes[span];
            start = Math.Min(start, from);
            end = Math.Max(end, to);
            lastStart = Math.Max(lastStart, from);
            plainTimes &= from < Plain && to < Plain;
        }
        Add(id, row, traceFlags, traceFacts, start, end - start);
    }

    /// <summary>Adds a trace.</summary>
    /// <param name="id">The trace.</param>
    /// <param name="row">Its first span's.</param>
    /// <param name="traceFlags">What is known of it.</param>
    /// <param name="traceFacts">What closing derived; string ids are the set's.</param>
    /// <param name="start">Smallest start of its spans.</param>
    /// <param name="length">Largest end minus smallest start, modulo 2^64.</param>
    public void Add(TraceId id, int row, TraceFlags traceFlags, in TraceFacts traceFacts, ulong start, ulong length)
    {
        ids.Add(id);
        high.Add((long)id.High);
        low.Add((long)id.Low);
        firstRow.Add(row);
        flags.Add((long)traceFlags);
        starts.Add((long)start);
        lengths.Add((long)length);
        facts?.Add(traceFacts);
        anyPartial |= (traceFlags & TraceFlags.Partial) != 0;
        oldest = Math.Min(oldest, start);
        newest = Math.Max(newest, start);
        if (ids.Count % pageRows == 0)
        {
            set.EndPages(OwnerKind.Trace);
        }
    }

    /// <summary>Says how late a span starts, and whether all times lie below 2^63: for traces added without their spans.</summary>
    public void Note(ulong latestStart, bool plain)
    {
        lastStart = Math.Max(lastStart, latestStart);
        plainTimes &= plain;
    }

    /// <summary>Ends the table and says what the summary says of it.</summary>
    public SegmentSummary Complete(SegmentSummary summary)
    {
        if (ids.Count % pageRows != 0)
        {
            set.EndPages(OwnerKind.Trace);
        }
        return summary with
        {
            Traces = ids.Count,
            FirstStart = oldest, // a trace starts with its first span
            LastStart = lastStart,
            OldestTrace = oldest,
            NewestTrace = newest,
            HasPartialTraces = anyPartial,
            PlainTimes = plainTimes,
        };
    }
}
