using System.Numerics;
using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The columns of a span's own fields, written some spans at a time.</summary>
internal sealed class SpanColumns(TraceBatch batch, ColumnSet set)
{
    private readonly SpanTable spans = batch.Spans.Spans;
    private readonly ColumnWriter spanId = set.Integers(ColumnRole.SpanId, OwnerKind.Span);
    private readonly ColumnWriter parent = set.Integers(ColumnRole.Parent, OwnerKind.Span);
    private readonly ColumnWriter parentRaw = set.Integers(ColumnRole.ParentRaw, OwnerKind.Span);
    private readonly ColumnWriter traceState = set.Strings(ColumnRole.TraceState, OwnerKind.Span);
    private readonly ColumnWriter flags = set.Integers(ColumnRole.Flags, OwnerKind.Span);
    private readonly ColumnWriter name = set.Strings(ColumnRole.Name, OwnerKind.Span);
    private readonly ColumnWriter kind = set.Integers(ColumnRole.Kind, OwnerKind.Span);
    private readonly ColumnWriter start = set.Integers(ColumnRole.Start, OwnerKind.Span);
    private readonly ColumnWriter duration = set.Integers(ColumnRole.Duration, OwnerKind.Span);
    private readonly ColumnWriter status = set.Integers(ColumnRole.StatusCode, OwnerKind.Span);
    private readonly ColumnWriter message = set.Strings(ColumnRole.StatusMessage, OwnerKind.Span);
    private readonly ColumnWriter droppedAttributes = set.Integers(ColumnRole.DroppedAttributes, OwnerKind.Span);
    private readonly ColumnWriter droppedEvents = set.Integers(ColumnRole.DroppedEvents, OwnerKind.Span);
    private readonly ColumnWriter droppedLinks = set.Integers(ColumnRole.DroppedLinks, OwnerKind.Span);
    private readonly ColumnWriter resource = set.Integers(ColumnRole.Resource, OwnerKind.Span);
    private readonly ColumnWriter scope = set.Integers(ColumnRole.Scope, OwnerKind.Span);
    private readonly ColumnWriter eventCount = set.Integers(ColumnRole.EventCount, OwnerKind.Span);
    private readonly ColumnWriter linkCount = set.Integers(ColumnRole.LinkCount, OwnerKind.Span);
    private readonly DerivedColumns? derived = batch.HasDerivedValues ? new DerivedColumns(batch, set) : null;

    private readonly ColumnWriter? threshold =
        batch.Spans.Spans.HasThresholds ? set.Integers(ColumnRole.SamplingThreshold, OwnerKind.Span) : null;

    private Same? looked;

    /// <summary>Finds the parents of a trace's spans: of every trace before any is written.</summary>
    public void FindParents(RowRange trace)
    {
        ref int[] parents = ref set.Buffers.Parents; // by row of the batch: as the column has it
        if (parents.Length < trace.End)
        {
            Array.Resize(ref parents, Math.Max(spans.Count, 2 * parents.Length));
        }
        for (int row = trace.Start; row < trace.End; row++)
        {
            var wanted = spans.ParentSpanIds[row];
            if (wanted.IsEmpty)
            {
                parents[row] = 0;
                continue;
            }
            // In preorder the parent is the row before or one of that row's ancestors.
            int candidate = row - 1;
            while (candidate >= trace.Start && spans.SpanIds[candidate] != wanted)
            {
                candidate = parents[candidate] > 1 ? candidate - parents[candidate] + 1 : -1;
            }
            parents[row] = candidate >= trace.Start ? row - candidate + 1 : 1;
        }
    }

    /// <summary>Writes these spans, column by column.</summary>
    /// <param name="runs">Runs of rows.</param>
    /// <param name="count">Rows of all runs.</param>
    /// <param name="resources">Numbers the resources.</param>
    /// <param name="scopes">Numbers the scopes.</param>
    public void Write(ReadOnlySpan<RowRange> runs, int count, RowMap resources, RowMap scopes)
    {
        var same = looked ??= new Same(spans);
        Write(spanId, runs, count, MemoryMarshal.Cast<SpanId, ulong>(spans.SpanIds));
        Write<int>(parent, runs, count, set.Buffers.Parents);
        WriteRawParents(runs);
        Write(traceState, same.TraceStates, count, runs, spans.TraceStates);
        Write(flags, same.Flags, count, runs, spans.Flags);
        name.Texts!.Map(Write<int>(name.Reserve(count), runs, spans.Names));
        name.EndPageNow();
        Write(kind, runs, count, MemoryMarshal.Cast<SpanKind, byte>(spans.Kinds));
        WriteTimes(runs, count);
        Write(status, runs, count, MemoryMarshal.Cast<StatusCode, byte>(spans.StatusCodes));
        Write(message, same.StatusMessages, count, runs, spans.StatusMessages);
        Write(droppedAttributes, same.DroppedAttributesCounts, count, runs, spans.DroppedAttributesCounts);
        Write(droppedEvents, same.DroppedEventsCounts, count, runs, spans.DroppedEventsCounts);
        Write(droppedLinks, same.DroppedLinksCounts, count, runs, spans.DroppedLinksCounts);
        resources.Map(Write<int>(resource.Reserve(count), runs, spans.Resources));
        resource.EndPageNow();
        scopes.Map(Write<int>(scope.Reserve(count), runs, spans.Scopes));
        scope.EndPageNow();
        WriteCounts(eventCount, batch.Spans.Events.Count == 0, count, runs, spans.Events);
        WriteCounts(linkCount, batch.Spans.Links.Count == 0, count, runs, spans.Links);
        derived?.Write(runs, count);
        if (threshold is not null)
        {
            WriteThresholds(threshold.Reserve(count), runs);
        }
    }

    private static void Write<T>(ColumnWriter column, ReadOnlySpan<RowRange> runs, int count, ReadOnlySpan<T> from)
        where T : IBinaryInteger<T>
    {
        Write(column.Reserve(count), runs, from);
        column.EndPageNow();
    }

    private void WriteTimes(ReadOnlySpan<RowRange> runs, int count)
    {
        var starts = Write<ulong>(start.Reserve(count), runs, spans.StartTimes);
        var durations = Write<ulong>(duration.Reserve(count), runs, spans.EndTimes);
        for (int i = 0; i < durations.Length; i++)
        {
            durations[i] -= starts[i];
        }
        start.EndPageNow();
        duration.EndPageNow();
    }

    private static Span<long> Write<T>(Span<long> to, ReadOnlySpan<RowRange> runs, ReadOnlySpan<T> from)
        where T : IBinaryInteger<T>
    {
        int at = 0;
        foreach (var run in runs)
        {
            var values = from.Slice(run.Start, run.Count);
            var room = to.Slice(at, run.Count);
            for (int i = 0; i < values.Length; i++)
            {
                room[i] = long.CreateTruncating(values[i]);
            }
            at += run.Count;
        }
        return to;
    }

    /// <summary>Writes a column in which most batches have one value alone.</summary>
    private static void Write<T>(ColumnWriter column, bool isSame, int count, ReadOnlySpan<RowRange> runs, T[] from)
        where T : IBinaryInteger<T>
    {
        if (isSame)
        {
            long value = long.CreateTruncating(from[0]);
            column.AddSame(column.Texts is { } texts ? texts.IdOf((int)value) : value, count);
            return;
        }
        var written = Write<T>(column.Reserve(count), runs, from);
        column.Texts?.Map(written);
        column.EndPageNow();
    }

    private static bool IsSame<T>(ReadOnlySpan<T> values)
        where T : IBinaryInteger<T> => !values.IsEmpty && !values.ContainsAnyExcept(values[0]);

    private void WriteRawParents(ReadOnlySpan<RowRange> runs)
    {
        int[] parents = set.Buffers.Parents;
        foreach (var run in runs)
        {
            var codes = parents.AsSpan(run.Start, run.Count);
            for (int i = codes.IndexOf(1), at = 0; i >= 0; i = codes[at..].IndexOf(1))
            {
                at += i + 1;
                parentRaw.Add((long)spans.ParentSpanIds[run.Start + at - 1].Value);
            }
        }
    }

    private static void WriteCounts(ColumnWriter column, bool areNone, int count, ReadOnlySpan<RowRange> runs, ReadOnlySpan<RowRange> from)
    {
        if (areNone)
        {
            column.AddSame(0, count);
            return;
        }
        var to = column.Reserve(count);
        int at = 0;
        foreach (var run in runs)
        {
            foreach (var range in from.Slice(run.Start, run.Count))
            {
                to[at++] = range.Count;
            }
        }
        column.EndPageNow();
    }

    private void WriteThresholds(Span<long> to, ReadOnlySpan<RowRange> runs)
    {
        int at = 0;
        SamplingThreshold last = default;
        long code = 0;
        foreach (var run in runs)
        {
            for (int row = run.Start; row < run.End; row++)
            {
                var value = spans.Threshold(row);
                (last, code) = (value, value == last ? code : value.ToCode());
                to[at++] = code;
            }
        }
    }

    /// <summary>Which columns have one value in all rows of the batch: seen at a glance, and then nothing of them is copied.</summary>
    private sealed class Same(SpanTable spans)
    {
        public bool TraceStates { get; } = IsSame<int>(spans.TraceStates.AsSpan(0, spans.Count));

        public bool Flags { get; } = IsSame<uint>(spans.Flags.AsSpan(0, spans.Count));

        public bool StatusMessages { get; } = IsSame<int>(spans.StatusMessages.AsSpan(0, spans.Count));

        public bool DroppedAttributesCounts { get; } = IsSame<uint>(spans.DroppedAttributesCounts.AsSpan(0, spans.Count));

        public bool DroppedEventsCounts { get; } = IsSame<uint>(spans.DroppedEventsCounts.AsSpan(0, spans.Count));

        public bool DroppedLinksCounts { get; } = IsSame<uint>(spans.DroppedLinksCounts.AsSpan(0, spans.Count));
    }
}
