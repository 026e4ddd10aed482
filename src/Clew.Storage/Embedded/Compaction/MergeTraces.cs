using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>The table of traces of one input, decoded as a whole: 48 bytes a trace.</summary>
internal sealed class MergeTraces
{
    private readonly SegmentSummary summary;
    private readonly long[] high;
    private readonly long[] low;
    private readonly long[] firstRows;
    private readonly long[] flags;
    private readonly long[] starts;
    private readonly long[] lengths;

    public MergeTraces(SegmentReader reader)
    {
        summary = reader.Directory.Summary;
        high = Read(reader, ColumnRole.TraceHigh);
        low = Read(reader, ColumnRole.TraceLow);
        firstRows = Read(reader, ColumnRole.TraceFirstRow);
        flags = Read(reader, ColumnRole.TraceFlags);
        starts = Read(reader, ColumnRole.TraceStart);
        lengths = Read(reader, ColumnRole.TraceLength);
    }

    public int Count => summary.Traces;

    public TracePosition Position(int row) => new((ulong)starts[row], new TraceId((ulong)high[row], (ulong)low[row]));

    public TraceFlags Flags(int row) => (TraceFlags)flags[row];

    /// <summary>Largest end of the trace's spans minus its start, modulo 2^64.</summary>
    public ulong Length(int row) => (ulong)lengths[row];

    /// <summary>The rows of the trace's spans.</summary>
    public RowRange Spans(int row)
    {
        long first = firstRows[row];
        long end = row + 1 < firstRows.Length ? firstRows[row + 1] : summary.Spans;
        return first >= 0 && end > first && end <= summary.Spans
            ? new RowRange((int)first, (int)(end - first))
            : throw new SegmentDamagedException($"Trace {row} has impossible rows.");
    }

    private static long[] Read(SegmentReader reader, ColumnRole role)
    {
        var column = reader.Directory.Get(role, OwnerKind.Trace);
        long[] values = new long[reader.Directory.Summary.Traces];
        int at = 0;
        for (int page = 0; page < column.Pages.Length; page++)
        {
            int count = column.Pages[page].Count;
            reader.ReadOnce(column, page, values.AsSpan(at, count));
            at += count;
        }
        return at == values.Length ? values : throw new SegmentDamagedException($"The column {role} has {at} values for {values.Length} traces.");
    }
}
