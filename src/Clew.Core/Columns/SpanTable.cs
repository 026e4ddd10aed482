using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>Spans as columns.</summary>
public sealed class SpanTable : Table
{
    private byte[] arranged = []; // one column's rows while they change places
    private ulong[] thresholds = []; // optional: rows from thresholdRows on have none
    private int thresholdRows;
    private int[] classes = []; // optional: rows from classRows on have none
    private int classRows;

    public TraceId[] TraceIds = [];

    public SpanId[] SpanIds = [];

    /// <summary>Empty for a root.</summary>
    public SpanId[] ParentSpanIds = [];

    /// <summary>String ids.</summary>
    public int[] TraceStates = [];

    public uint[] Flags = [];

    /// <summary>String ids.</summary>
    public int[] Names = [];

    public SpanKind[] Kinds = [];

    /// <summary>Unix nanoseconds.</summary>
    public ulong[] StartTimes = [];

    /// <summary>Unix nanoseconds. May lie before the start: it is kept as sent.</summary>
    public ulong[] EndTimes = [];

    public StatusCode[] StatusCodes = [];

    /// <summary>String ids.</summary>
    public int[] StatusMessages = [];

    public RowRange[] Attributes = [];

    public uint[] DroppedAttributesCounts = [];

    public RowRange[] Events = [];

    public uint[] DroppedEventsCounts = [];

    public RowRange[] Links = [];

    public uint[] DroppedLinksCounts = [];

    /// <summary>Rows of the resource table.</summary>
    public int[] Resources = [];

    /// <summary>Rows of the scope table.</summary>
    public int[] Scopes = [];

    /// <summary>Nanoseconds from start to end; 0 where the end lies before the start.</summary>
    public ulong Duration(int row) => EndTimes[row] > StartTimes[row] ? EndTimes[row] - StartTimes[row] : 0;

    /// <summary>True where Clew sampled some of these spans.</summary>
    public bool HasThresholds => thresholdRows > 0;

    /// <summary>
    /// What Clew itself sampled a span with; what its sender did is told by its trace state (<see cref="SamplingState"/>). Derived, and no
    /// part of a span's content. <see cref="SamplingThreshold.Always"/> unless set.
    /// </summary>
    public SamplingThreshold Threshold(int row) => row < thresholdRows ? new SamplingThreshold(thresholds[row]) : SamplingThreshold.Always;

    /// <summary>Sets what Clew sampled a span with. Costs nothing while every threshold is <see cref="SamplingThreshold.Always"/>.</summary>
    public void SetThreshold(int row, SamplingThreshold threshold)
    {
        if (row >= thresholdRows)
        {
            if (threshold == SamplingThreshold.Always)
            {
                return;
            }
            if (thresholds.Length <= row)
            {
                Array.Resize(ref thresholds, Capacity);
            }
            Array.Clear(thresholds, thresholdRows, row - thresholdRows);
            thresholdRows = row + 1;
        }
        thresholds[row] = threshold.Value;
    }

    /// <summary>
    /// By span, as far as it goes: spans of one class other than 0 have the same name, kind, status, resource and scope, and attributes with
    /// the same keys and types in the same order. What follows from those is worked out once for a class. Classes are small numbers; those of
    /// one table only mean the same. Derived: where nothing is set, or spans have changed places, there are none.
    /// </summary>
    public ReadOnlySpan<int> Classes => classes.AsSpan(0, classRows);

    /// <summary>Says of which class a span is; rows come in their order.</summary>
    public void SetClass(int row, int number)
    {
        if (row >= classes.Length)
        {
            Array.Resize(ref classes, Capacity);
        }
        if (row > classRows)
        {
            Array.Clear(classes, classRows, row - classRows);
        }
        classes[row] = number;
        classRows = row + 1;
    }

    /// <inheritdoc/>
    protected override void OnTruncated()
    {
        thresholdRows = Math.Min(thresholdRows, Count);
        classRows = Math.Min(classRows, Count);
    }

    /// <summary>
    /// Puts these rows, all of them at or behind <paramref name="start"/>, there in the order given, and drops the others from there on.
    /// </summary>
    public void Arrange(int start, ReadOnlySpan<int> rows)
    {
        ArrangeThresholds(start, rows);
        Truncate(start + rows.Length);
        int same = 0;
        while (same < rows.Length && rows[same] == start + same)
        {
            same++;
        }
        if (same == rows.Length)
        {
            return;
        }
        start += same;
        rows = rows[same..];
        classRows = Math.Min(classRows, start);
        Arrange(TraceIds, start, rows);
        Arrange(SpanIds, start, rows);
        Arrange(ParentSpanIds, start, rows);
        Arrange(TraceStates, start, rows);
        Arrange(Flags, start, rows);
        Arrange(Names, start, rows);
        Arrange(Kinds, start, rows);
        Arrange(StartTimes, start, rows);
        Arrange(EndTimes, start, rows);
        Arrange(StatusCodes, start, rows);
        Arrange(StatusMessages, start, rows);
        Arrange(Attributes, start, rows);
        Arrange(DroppedAttributesCounts, start, rows);
        Arrange(Events, start, rows);
        Arrange(DroppedEventsCounts, start, rows);
        Arrange(Links, start, rows);
        Arrange(DroppedLinksCounts, start, rows);
        Arrange(Resources, start, rows);
        Arrange(Scopes, start, rows);
    }

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref TraceIds, capacity);
        Array.Resize(ref SpanIds, capacity);
        Array.Resize(ref ParentSpanIds, capacity);
        Array.Resize(ref TraceStates, capacity);
        Array.Resize(ref Flags, capacity);
        Array.Resize(ref Names, capacity);
        Array.Resize(ref Kinds, capacity);
        Array.Resize(ref StartTimes, capacity);
        Array.Resize(ref EndTimes, capacity);
        Array.Resize(ref StatusCodes, capacity);
        Array.Resize(ref StatusMessages, capacity);
        Array.Resize(ref Attributes, capacity);
        Array.Resize(ref DroppedAttributesCounts, capacity);
        Array.Resize(ref Events, capacity);
        Array.Resize(ref DroppedEventsCounts, capacity);
        Array.Resize(ref Links, capacity);
        Array.Resize(ref DroppedLinksCounts, capacity);
        Array.Resize(ref Resources, capacity);
        Array.Resize(ref Scopes, capacity);
    }

    private void ArrangeThresholds(int start, ReadOnlySpan<int> rows)
    {
        if (thresholdRows <= start)
        {
            return;
        }
        ulong[] copy = new ulong[rows.Length];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = Threshold(rows[i]).Value;
        }
        thresholdRows = start;
        for (int i = 0; i < copy.Length; i++)
        {
            SetThreshold(start + i, new SamplingThreshold(copy[i]));
        }
    }

    private void Arrange<T>(T[] column, int start, ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        int bytes = Unsafe.SizeOf<T>() * rows.Length;
        if (arranged.Length < bytes)
        {
            arranged = new byte[Math.Max(bytes, 1024)];
        }
        var copy = MemoryMarshal.Cast<byte, T>(arranged.AsSpan(0, bytes));
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = column[rows[i]];
        }
        copy.CopyTo(column.AsSpan(start));
    }
}
