using System.Buffers;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// One row group of a segment (or one page of its table of resources, scopes or traces) with the columns decoded so far; moved from
/// group to group so that memory is reused. One thread at a time; the memory is borrowed and given back by <see cref="Dispose"/>.
/// </summary>
internal sealed class RowGroup(SegmentReader reader, int tableRows) : IDisposable
{
    private const int FirstAhead = 4;
    private const int MostAhead = 64;

    private readonly long[]?[] buffers = new long[reader.Directory.Columns.Count][];
    private readonly int[] loaded = new int[reader.Directory.Columns.Count]; // group + 1
    private readonly Ahead[] ahead = new Ahead[reader.Directory.Columns.Count];
    private long[] numbers = [];
    private long[] sentThresholds = []; // by id of a trace state, + 1

    public SegmentReader Reader => reader;

    public SegmentDirectory Directory => reader.Directory;

    public int Index { get; private set; } = -1;

    /// <summary>First row, counted in the segment.</summary>
    public int FirstRow => Index * Directory.GroupRows;

    public int Rows { get; private set; }

    public void MoveTo(int group)
    {
        Index = group;
        Rows = Math.Min(Directory.GroupRows, tableRows - (group * Directory.GroupRows));
    }

    /// <summary>Number of groups.</summary>
    public int Count => (tableRows + Directory.GroupRows - 1) / Directory.GroupRows;

    /// <summary>Groups of the segment's spans.</summary>
    public static RowGroup OfSpans(SegmentReader reader) => new(reader, reader.Directory.Summary.Spans);

    /// <summary>True where the column is decoded in this group already.</summary>
    public bool IsLoaded(ColumnInfo column) => loaded[column.Index] == Index + 1;

    /// <summary>The column's values in this group as the array they lie in.</summary>
    public long[] Array(ColumnInfo column)
    {
        Values(column);
        return buffers[column.Index]!;
    }

    /// <summary>The column's values in this group. Empty where there is no such column.</summary>
    public ReadOnlySpan<long> Values(ColumnInfo? column)
    {
        if (column is null)
        {
            return default;
        }
        ref long[]? buffer = ref buffers[column.Index];
        int count = column.Pages[Index].Count;
        if (loaded[column.Index] != Index + 1)
        {
            loaded[column.Index] = 0;
            if (buffer is null || buffer.Length < count)
            {
                GiveBack(ref buffer);
                buffer = ArrayPool<long>.Shared.Rent(count);
            }
            LookAhead(column);
            reader.Read(column, Index, 0, buffer.AsSpan(0, count));
            loaded[column.Index] = Index + 1;
        }
        return buffer.AsSpan(0, count);
    }

    /// <summary>
    /// Sets the bit of each value of the column's page that passes; the page is decoded only as far as that takes, unless it is already.
    /// </summary>
    /// <param name="column">The column.</param>
    /// <param name="test">What values have to pass.</param>
    /// <param name="wanted">Words of values that are 0 here need not be looked at; empty: all are wanted.</param>
    /// <param name="hits">One bit a value, lowest first.</param>
    public void Mark<TTest>(ColumnInfo column, TTest test, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
        where TTest : IValueTest
    {
        if (loaded[column.Index] == Index + 1)
        {
            IntegerPageSearch.Mark(Values(column), test, wanted, hits);
            return;
        }
        LookAhead(column);
        reader.Mark(column, Index, test, wanted, hits);
    }

    /// <summary>The same of all values, and the marks are kept among the segment's pages for the next time.</summary>
    /// <param name="column">The column.</param>
    /// <param name="about">Names the test: the column that it is about. For one column and one such name it is always the same.</param>
    /// <param name="test">What values have to pass.</param>
    /// <param name="hits">One bit a value, lowest first.</param>
    public void MarkKept<TTest>(ColumnInfo column, int about, TTest test, Span<ulong> hits)
        where TTest : IValueTest
    {
        if (reader.FindMarks(column, Index, about) is { } known)
        {
            known.CopyTo(hits);
            return;
        }
        Mark(column, test, default, hits);
        reader.KeepMarks(column, Index, about, hits.ToArray());
    }

    public ReadOnlySpan<long> Values(ColumnRole role, OwnerKind owner = OwnerKind.Span) => Values(Directory.Find(role, owner));

    /// <summary>An intrinsic field that is a number, as conditions see it (see <see cref="SpanMatcher.Intrinsic"/>). Valid until the next call.</summary>
    public ReadOnlySpan<long> Numbers(SpanField field)
    {
        switch (field)
        {
            case SpanField.Kind:
                return Values(ColumnRole.Kind);
            case SpanField.StatusCode:
                return Values(ColumnRole.StatusCode);
            case SpanField.StartTime when Directory.Summary.PlainTimes:
                return Values(ColumnRole.Start);
        }
        if (field == SpanField.SamplingThreshold)
        {
            return Thresholds();
        }
        var durations = Values(ColumnRole.Duration);
        if (numbers.Length < durations.Length)
        {
            long[]? old = numbers.Length == 0 ? null : numbers;
            GiveBack(ref old);
            numbers = ArrayPool<long>.Shared.Rent(durations.Length);
        }
        var result = numbers.AsSpan(0, durations.Length);
        if (field == SpanField.Duration && Directory.Summary.PlainTimes)
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = Math.Max(0, durations[i]);
            }
            return result;
        }
        var starts = Values(ColumnRole.Start);
        for (int i = 0; i < result.Length; i++)
        {
            ulong start = (ulong)starts[i];
            ulong end = start + (ulong)durations[i];
            ulong value = field switch
            {
                SpanField.StartTime => start,
                SpanField.EndTime => end,
                _ => end > start ? end - start : 0,
            };
            result[i] = (long)Math.Min(value, long.MaxValue);
        }
        return result;
    }

    private ReadOnlySpan<long> Thresholds()
    {
        var states = Directory.Get(ColumnRole.TraceState, OwnerKind.Span);
        if (numbers.Length < Rows)
        {
            long[]? old = numbers.Length == 0 ? null : numbers;
            GiveBack(ref old);
            numbers = ArrayPool<long>.Shared.Rent(Rows);
        }
        var result = numbers.AsSpan(0, Rows);
        var own = Values(ColumnRole.SamplingThreshold);
        var page = states.Pages[Index];
        long code = 0;
        long threshold = 0;
        for (int i = 0; i < result.Length; i++)
        {
            if (!own.IsEmpty && own[i] != code)
            {
                code = own[i];
                threshold = (long)SamplingThreshold.OfCode(code).Value;
            }
            result[i] = own.IsEmpty ? 0 : threshold;
        }
        if (page.Min == page.Max && SentThreshold(states.Dictionary, page.Min) == 0)
        {
            return result;
        }
        var ids = Values(states);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Math.Max(result[i], SentThreshold(states.Dictionary, ids[i]));
        }
        return result;
    }

    private long SentThreshold(int dictionary, long state)
    {
        if (sentThresholds.Length == 0)
        {
            sentThresholds = new long[Directory.Dictionaries[dictionary].Count];
        }
        if ((ulong)state >= (ulong)sentThresholds.Length)
        {
            throw new SegmentDamagedException($"A dictionary of {sentThresholds.Length} entries has no entry {state}.", Index);
        }
        ref long known = ref sentThresholds[state];
        if (known == 0)
        {
            known = (long)SamplingState.Parse(reader.Text(dictionary, state)).Threshold.Value + 1;
        }
        return known - 1;
    }

    /// <summary>Bounds of an intrinsic number in this group, without decoding; null where they are not known.</summary>
    public (long Min, long Max)? Bounds(SpanField field)
    {
        var role = field switch
        {
            SpanField.Kind => ColumnRole.Kind,
            SpanField.StatusCode => ColumnRole.StatusCode,
            SpanField.StartTime => ColumnRole.Start,
            SpanField.Duration when Directory.Summary.PlainTimes => ColumnRole.Duration,
            _ => default,
        };
        if (role == default || Directory.Find(role, OwnerKind.Span) is not { } column)
        {
            return null;
        }
        var page = column.Pages[Index];
        return field == SpanField.Duration ? (Math.Max(0, page.Min), Math.Max(0, page.Max)) : (page.Min, page.Max);
    }

    /// <summary>Gives the memory back. Nothing that was handed out may be used any more.</summary>
    public void Dispose()
    {
        for (int i = 0; i < buffers.Length; i++)
        {
            GiveBack(ref buffers[i]);
            loaded[i] = 0;
        }
        long[]? last = numbers.Length == 0 ? null : numbers;
        GiveBack(ref last);
        numbers = [];
    }

    /// <summary>
    /// Who comes to a second group will come to more of them: the column's next pages are named to the system, ever more of them at once.
    /// Who finds enough in the first group is not made to read more.
    /// </summary>
    private void LookAhead(ColumnInfo column)
    {
        ref var known = ref ahead[column.Index];
        if (Index < known.End || column.Pages[Index].IsConstant)
        {
            return;
        }
        int pages = known.Pages;
        known = new Ahead(Index + 1 + pages, Math.Clamp(pages * 4, FirstAhead, MostAhead));
        if (pages > 0)
        {
            reader.Expect(column, Index, pages + 1);
        }
    }

    private static void GiveBack(ref long[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<long>.Shared.Return(buffer);
            buffer = null;
        }
    }

    /// <param name="End">Pages before that one were read or named.</param>
    /// <param name="Pages">How many to name next time.</param>
    private readonly record struct Ahead(int End, int Pages);
}
