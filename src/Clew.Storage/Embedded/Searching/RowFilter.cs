using System.Buffers;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Searching;

/// <summary>Finds the spans of a group that start in a time range and on which all tests hold. One thread at a time.</summary>
internal sealed class RowFilter : IDisposable
{
    private readonly TimeRange range;
    private readonly List<SpanTest> tests;
    private readonly Segment segment;
    private readonly byte[] mask;
    private readonly byte[] hits;

    private RowFilter(SegmentReader reader, TimeRange range, List<SpanTest> tests, Segment segment)
    {
        this.range = range;
        this.tests = tests;
        this.segment = segment;
        mask = ArrayPool<byte>.Shared.Rent(reader.Directory.GroupRows);
        hits = ArrayPool<byte>.Shared.Rent(reader.Directory.GroupRows);
    }

    /// <summary>The filter, or null where no span of the segment can pass.</summary>
    public static RowFilter? Create(SegmentReader reader, TimeRange range, IReadOnlyList<SpanPredicate> predicates, Segment segment) =>
        SpanTestCompiler.Compile(reader, predicates) is { } tests ? new RowFilter(reader, range, tests, segment) : null;

    /// <summary>Rows looked at so far: those of every group that its bounds did not rule out.</summary>
    public long RowsScanned { get; private set; }

    /// <summary>1 for each row that passes; empty where none does. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Apply(RowGroup group)
    {
        if (segment.BadGroups[group.Index] || !InTime(group, out bool all))
        {
            return default;
        }
        foreach (var test in tests)
        {
            if (!test.MayMatch(group))
            {
                return default;
            }
        }
        RowsScanned += group.Rows;
        var rows = mask.AsSpan(0, group.Rows);
        rows.Fill(1);
        if (!all)
        {
            MarkTimes(group, rows);
        }
        foreach (var test in tests)
        {
            var found = hits.AsSpan(0, group.Rows);
            found.Clear();
            test.Mark(group, found);
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] &= found[i];
            }
            if (!rows.Contains((byte)1))
            {
                return default;
            }
        }
        segment.Deletions?.Clear(group.FirstRow, rows);
        return rows.Contains((byte)1) ? rows : default;
    }

    /// <summary>Gives its memory back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(mask);
        ArrayPool<byte>.Shared.Return(hits);
    }

    private bool InTime(RowGroup group, out bool all)
    {
        var page = group.Directory.Get(ColumnRole.Start, OwnerKind.Span).Pages[group.Index];
        all = range == TimeRange.All;
        if (!group.Directory.Summary.PlainTimes || all)
        {
            return true;
        }
        all = range.Contains((ulong)page.Min) && range.Contains((ulong)page.Max);
        return range.Overlaps((ulong)page.Min, (ulong)page.Max);
    }

    private void MarkTimes(RowGroup group, Span<byte> rows)
    {
        var starts = group.Values(ColumnRole.Start);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = range.Contains((ulong)starts[i]) ? (byte)1 : (byte)0;
        }
    }
}
