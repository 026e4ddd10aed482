using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Writes the table of traces and gathers the segment's bounds.</summary>
internal sealed class TraceTableWriter(TraceBatch batch, ColumnSet set)
{
    private const ulong Plain = 1UL << 63;

    private readonly ColumnWriter high = set.Integers(ColumnRole.TraceHigh, OwnerKind.Trace);
    private readonly ColumnWriter low = set.Integers(ColumnRole.TraceLow, OwnerKind.Trace);
    private readonly ColumnWriter firstRow = set.Integers(ColumnRole.TraceFirstRow, OwnerKind.Trace);
    private readonly ColumnWriter flags = set.Integers(ColumnRole.TraceFlags, OwnerKind.Trace);
    private readonly ColumnWriter starts = set.Integers(ColumnRole.TraceStart, OwnerKind.Trace);
    private readonly ColumnWriter lengths = set.Integers(ColumnRole.TraceLength, OwnerKind.Trace);
    private readonly List<TraceId> ids = [];
    private ulong start;
    private ulong end;
    private ulong firstStart = ulong.MaxValue;
    private ulong lastStart;
    private ulong oldest = ulong.MaxValue;
    private ulong newest;
    private bool anyPartial;
    private bool plainTimes = true;

    public int Count => ids.Count;

    public IReadOnlyList<TraceId> TraceIds => ids;

    public void Begin(int trace, int row)
    {
        var id = batch.Traces.TraceIds[trace];
        ids.Add(id);
        high.Add((long)id.High);
        low.Add((long)id.Low);
        firstRow.Add(row);
        flags.Add((long)batch.Traces.Flags[trace]);
        anyPartial |= (batch.Traces.Flags[trace] & TraceFlags.Partial) != 0;
        start = ulong.MaxValue;
        end = 0;
    }

    public void Add(int span)
    {
        ulong from = batch.Spans.Spans.StartTimes[span];
        ulong to = batch.Spans.Spans.EndTimes[span];
        start = Math.Min(start, from);
        end = Math.Max(end, to);
        firstStart = Math.Min(firstStart, from);
        lastStart = Math.Max(lastStart, from);
        plainTimes &= from < Plain && to < Plain;
    }

    public void End()
    {
        starts.Add((long)start);
        lengths.Add((long)(end - start));
        oldest = Math.Min(oldest, start);
        newest = Math.Max(newest, start);
    }

    public SegmentSummary Complete(SegmentSummary summary) => summary with
    {
        FirstStart = firstStart,
        LastStart = lastStart,
        OldestTrace = oldest,
        NewestTrace = newest,
        HasPartialTraces = anyPartial,
        PlainTimes = plainTimes,
    };
}
