using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>The table of traces of a segment, newest first. One thread at a time; its memory is borrowed.</summary>
internal sealed class TraceRows(SegmentReader reader) : IDisposable
{
    private const int FewOfPage = 64;

    private readonly RowGroup group = new(reader, reader.Directory.Summary.Traces);
    private int lastPage = -1;
    private int askedOfPage;
    private readonly ColumnInfo firstRows = reader.Directory.Get(ColumnRole.TraceFirstRow, OwnerKind.Trace);

    /// <summary>Says that a trace will be read soon.</summary>
    public void Expect(int trace)
    {
        int page = trace / reader.Directory.GroupRows;
        reader.Expect(reader.Directory.Get(ColumnRole.TraceHigh, OwnerKind.Trace), page);
        reader.Expect(reader.Directory.Get(ColumnRole.TraceLow, OwnerKind.Trace), page);
        reader.Expect(reader.Directory.Get(ColumnRole.TraceFlags, OwnerKind.Trace), page);
        reader.Expect(firstRows, page);
    }

    public TraceId Id(int trace) => new((ulong)Value(ColumnRole.TraceHigh, trace), (ulong)Value(ColumnRole.TraceLow, trace));

    public TraceFlags Flags(int trace) => (TraceFlags)Value(ColumnRole.TraceFlags, trace);

    public TracePosition Position(int trace) => new((ulong)Value(ColumnRole.TraceStart, trace), Id(trace));

    /// <summary>The trace's rows in the segment.</summary>
    public RowRange Spans(int trace)
    {
        var (first, end) = FirstRows(trace);
        return first >= 0 && end > first && end <= reader.Directory.Summary.Spans
            ? new RowRange(first, end - first)
            : throw new SegmentDamagedException($"Trace {trace} has impossible rows.");
    }

    /// <summary>The trace that a span's row belongs to.</summary>
    public int TraceOf(long row)
    {
        int page = firstRows.Pages.Length - 1;
        while (page > 0 && firstRows.Pages[page].Min > row)
        {
            page--;
        }
        group.MoveTo(page);
        int index = group.Array(firstRows).AsSpan(0, group.Rows).BinarySearch(row);
        return group.FirstRow + (index < 0 ? ~index - 1 : index);
    }

    /// <summary>The first row of the first page of traces that may hold one that starts at that time or before.</summary>
    public int FirstRowNotAfter(ulong start)
    {
        var starts = reader.Directory.Get(ColumnRole.TraceStart, OwnerKind.Trace);
        long latest = (long)Math.Min(start, long.MaxValue);
        for (int page = 0; page < starts.Pages.Length; page++)
        {
            if (starts.Pages[page].Min <= latest)
            {
                return (int)firstRows.Pages[page].Min;
            }
        }
        return reader.Directory.Summary.Spans;
    }

    public void Dispose() => group.Dispose();

    /// <summary>The first row of the trace, and of the next.</summary>
    private (int, int) FirstRows(int trace)
    {
        int index = trace % reader.Directory.GroupRows;
        if (index + 1 < reader.Directory.GroupRows && trace + 1 < reader.Directory.Summary.Traces && IsFewOfPage(firstRows, trace))
        {
            Span<long> rows = stackalloc long[2];
            reader.Read(firstRows, trace / reader.Directory.GroupRows, index, rows);
            return ((int)rows[0], (int)rows[1]);
        }
        return (FirstRow(trace), trace + 1 < reader.Directory.Summary.Traces ? FirstRow(trace + 1) : reader.Directory.Summary.Spans);
    }

    private int FirstRow(int trace) => (int)Value(ColumnRole.TraceFirstRow, trace);

    private long Value(ColumnRole role, int trace)
    {
        var column = reader.Directory.Get(role, OwnerKind.Trace);
        var (page, index) = Math.DivRem(trace, reader.Directory.GroupRows);
        if (IsFewOfPage(column, trace))
        {
            long value = 0;
            reader.Read(column, page, index, new Span<long>(ref value));
            return value;
        }
        group.MoveTo(page);
        return group.Values(column)[index];
    }

    /// <summary>A few values of a page are fetched one by one; for more of them it is decoded as a whole.</summary>
    private bool IsFewOfPage(ColumnInfo column, int trace)
    {
        int page = trace / reader.Directory.GroupRows;
        if (page != lastPage)
        {
            (lastPage, askedOfPage) = (page, 0);
        }
        return ++askedOfPage <= FewOfPage && !(group.Index == page && group.IsLoaded(column));
    }
}
