using System.Buffers;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Searching;

/// <summary>Finds the spans of a group that start in a time range and on which all tests hold. One thread at a time.</summary>
/// <remarks>
/// 1. Bounds of the group's pages rule out as much as they can, without reading. 2. Tests follow one another on the spans that are left,
/// until none is; the order is learnt: what rules out most at the least cost goes first. 3. Deleted spans go last.
/// </remarks>
internal sealed class RowFilter : IDisposable
{
    private const int GroupsBetweenSorts = 16;

    private readonly TimeRange range;
    private readonly RankedTest[] tests;
    private readonly Segment segment;
    private readonly int words;
    private readonly ulong[] left;
    private readonly ulong[] hits;
    private int applied;

    private RowFilter(SegmentReader reader, TimeRange range, List<SpanTest> tests, Segment segment)
    {
        this.range = range;
        this.tests = [.. tests.Select(test => new RankedTest(test))];
        this.segment = segment;
        Array.Sort(this.tests);
        words = IntegerPageSearch.Words(reader.Directory.GroupRows);
        left = ArrayPool<ulong>.Shared.Rent(words);
        hits = ArrayPool<ulong>.Shared.Rent(words);
    }

    /// <summary>The filter, or null where no span of the segment can pass.</summary>
    public static RowFilter? Create(SegmentReader reader, TimeRange range, IReadOnlyList<SpanPredicate> predicates, Segment segment) =>
        SpanTestCompiler.Compile(reader, predicates) is { } tests ? new RowFilter(reader, range, tests, segment) : null;

    /// <summary>Rows looked at so far: those of every group that its bounds did not rule out.</summary>
    public long RowsScanned { get; private set; }

    /// <summary>True where the last call ran into a group that is lost, in the time range.</summary>
    public bool MetLostGroup { get; private set; }

    /// <summary>The rows that pass (see <see cref="RowBits"/>); empty where none does. Valid until the next call.</summary>
    public ReadOnlySpan<ulong> Apply(RowGroup group)
    {
        // 1
        MetLostGroup = false;
        if (!InTime(group, out bool all))
        {
            return default;
        }
        if (segment.BadGroups[group.Index])
        {
            MetLostGroup = true;
            return default;
        }
        foreach (var ranked in tests)
        {
            if (!ranked.Test.MayMatch(group))
            {
                return default;
            }
        }
        RowsScanned += group.Rows;
        var rows = left.AsSpan(0, IntegerPageSearch.Words(group.Rows));
        RowBits.Fill(rows, group.Rows);
        if (!all)
        {
            MarkTimes(group, rows);
        }
        // 2
        foreach (var ranked in tests)
        {
            if (!RowBits.Any(rows))
            {
                return default;
            }
            ranked.Seen += RowBits.Count(rows);
            var found = hits.AsSpan(0, rows.Length);
            found.Clear();
            ranked.Test.Mark(group, rows, found);
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] &= found[i];
            }
            ranked.Passed += RowBits.Count(rows);
        }
        if (tests.Length > 1 && ++applied % GroupsBetweenSorts == 0)
        {
            Array.Sort(tests);
        }
        // 3
        segment.Deletions?.Clear(group.FirstRow, group.Rows, rows);
        return RowBits.Any(rows) ? rows : default;
    }

    /// <summary>Gives its memory back.</summary>
    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(left);
        ArrayPool<ulong>.Shared.Return(hits);
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

    private void MarkTimes(RowGroup group, Span<ulong> rows)
    {
        rows.Clear();
        var starts = group.Values(ColumnRole.Start);
        for (int i = 0; i < starts.Length; i++)
        {
            rows[i >> 6] |= range.Contains((ulong)starts[i]) ? 1UL << i : 0;
        }
    }

    /// <summary>A test and what it was found to do.</summary>
    private sealed class RankedTest(SpanTest test) : IComparable<RankedTest>
    {
        public SpanTest Test => test;

        public long Seen { get; set; }

        public long Passed { get; set; }

        /// <summary>Cost for each row ruled out; before anything is known a half is.</summary>
        private double Rank => test.Cost * (Seen + 2.0) / (Seen - Passed + 1.0);

        public int CompareTo(RankedTest? other) => Rank.CompareTo(other!.Rank);
    }
}
