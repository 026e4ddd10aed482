using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// Turns rows of a segment back into spans of a batch. One thread at a time; the memory is borrowed and given back by
/// <see cref="Dispose"/>.
/// </summary>
/// <param name="reader">The segment.</param>
/// <param name="batch">Where spans go; its strings, resources and scopes must not be cleared in between.</param>
/// <param name="endToEnd">The traces are read one after the other: pages are decoded as a whole and strings remembered.</param>
internal sealed class SpanDecoder(SegmentReader reader, SpanBatch batch, bool endToEnd = false) : IDisposable
{
    private readonly RowWindow window = new(reader, endToEnd);
    private readonly SpanParts parts = new(reader, batch, endToEnd);
    private int page = -1;
    private int next;
    private int rawParent;
    private int rawCritical;
    private int eventRow;
    private int linkRow;

    /// <summary>Adds the spans of one trace, which are these rows.</summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="rows">Its rows in the segment.</param>
    /// <param name="derived">Where self times and times on the critical path go, by row of the batch; null: nowhere. Needs
    /// <see cref="SegmentDirectory.HasDerivedValues"/>.</param>
    public void Decode(TraceId traceId, RowRange rows, TraceBatch? derived = null)
    {
        int firstSpan = batch.Spans.Count;
        int size = reader.Directory.GroupRows;
        for (int row = rows.Start; row < rows.End;)
        {
            int group = row / size;
            int end = Math.Min(rows.End, (group + 1) * size);
            DecodeGroup(traceId, group, row - (group * size), end - (group * size), firstSpan, derived);
            row = end;
        }
    }

    /// <summary>Resources and scopes.</summary>
    public SharedRowsReader Shared => parts.Shared;

    public void Dispose()
    {
        window.Dispose();
        parts.Dispose();
    }

    private void DecodeGroup(TraceId traceId, int group, int from, int to, int firstSpan, TraceBatch? derived)
    {
        if (group != page || from < next)
        {
            reader.ExpectRows(OwnerKind.Span, group, withDerived: derived is not null);
            (page, next, rawParent, rawCritical, eventRow, linkRow) = (group, 0, 0, 0, 0, 0);
        }
        // Rows in between are passed: only what they own is counted. They are read with those wanted, so that no page is read twice.
        int count = to - from;
        var parentColumn = reader.Directory.Get(ColumnRole.Parent, OwnerKind.Span);
        if (HasAny(reader.Directory.Find(ColumnRole.ParentRaw, OwnerKind.Span)))
        {
            rawParent += window.Read(parentColumn, page, next, to - next).AsSpan(0, from - next).Count(1);
        }
        if (derived is not null)
        {
            rawCritical += window.Read(Column(ColumnRole.CriticalClass), page, next, to - next).AsSpan(0, from - next).Count(DerivedColumns.Raw);
        }
        eventRow += Owned(ColumnRole.EventCount, from, to);
        linkRow += Owned(ColumnRole.LinkCount, from, to);
        next = to;

        var spanIds = Span(ColumnRole.SpanId, from, count);
        var parents = window.Read(parentColumn, page, from, count).AsSpan();
        var rawParents = RawParents(parents);
        var traceStates = Span(ColumnRole.TraceState, from, count);
        var flags = Span(ColumnRole.Flags, from, count);
        var names = Span(ColumnRole.Name, from, count);
        var kinds = Span(ColumnRole.Kind, from, count);
        var starts = Span(ColumnRole.Start, from, count);
        var durations = Span(ColumnRole.Duration, from, count);
        var statuses = Span(ColumnRole.StatusCode, from, count);
        var messages = Span(ColumnRole.StatusMessage, from, count);
        var droppedAttributes = Span(ColumnRole.DroppedAttributes, from, count);
        var droppedEvents = Span(ColumnRole.DroppedEvents, from, count);
        var droppedLinks = Span(ColumnRole.DroppedLinks, from, count);
        var resources = Span(ColumnRole.Resource, from, count);
        var scopes = Span(ColumnRole.Scope, from, count);
        var events = Span(ColumnRole.EventCount, from, count);
        var links = Span(ColumnRole.LinkCount, from, count);
        var thresholds = reader.Directory.Find(ColumnRole.SamplingThreshold, OwnerKind.Span) is { } sampled
            ? window.Read(sampled, page, from, count).AsSpan() : default;
        int stateTexts = Dictionary(ColumnRole.TraceState);
        int nameTexts = Dictionary(ColumnRole.Name);
        int messageTexts = Dictionary(ColumnRole.StatusMessage);
        parts.Texts.Expect(stateTexts, traceStates);
        parts.Texts.Expect(nameTexts, names);
        parts.Texts.Expect(messageTexts, messages);
        parts.LoadSpans(page, from, count);
        parts.LoadEvents(page, eventRow, Total(events));
        parts.LoadLinks(page, linkRow, Total(links));
        eventRow += Total(events);
        linkRow += Total(links);
        for (int i = 0; i < count; i++)
        {
            ulong start = (ulong)starts[i];
            var attributes = parts.Attributes();
            var eventRows = parts.Events((int)events[i], start);
            var linkRows = parts.Links((int)links[i]);
            int resource = parts.Shared.Resource(resources[i]);
            int scope = parts.Shared.Scope(scopes[i]);
            var t = batch.Spans;
            int row = t.AddRow();
            t.TraceIds[row] = traceId;
            t.SpanIds[row] = new SpanId((ulong)spanIds[i]);
            t.ParentSpanIds[row] = Parent(parents[i], row, firstSpan, ref rawParents);
            t.TraceStates[row] = parts.Texts.Id(stateTexts, traceStates[i]);
            t.Flags[row] = (uint)flags[i];
            t.Names[row] = parts.Texts.Id(nameTexts, names[i]);
            t.Kinds[row] = (SpanKind)kinds[i];
            t.StartTimes[row] = start;
            t.EndTimes[row] = start + (ulong)durations[i];
            t.StatusCodes[row] = (StatusCode)statuses[i];
            t.StatusMessages[row] = parts.Texts.Id(messageTexts, messages[i]);
            t.Attributes[row] = attributes;
            t.DroppedAttributesCounts[row] = (uint)droppedAttributes[i];
            t.Events[row] = eventRows;
            t.DroppedEventsCounts[row] = (uint)droppedEvents[i];
            t.Links[row] = linkRows;
            t.DroppedLinksCounts[row] = (uint)droppedLinks[i];
            t.Resources[row] = resource;
            t.Scopes[row] = scope;
            if (!thresholds.IsEmpty && thresholds[i] != 0)
            {
                t.SetThreshold(row, SamplingThreshold.OfCode(thresholds[i]));
            }
        }
        if (derived is not null)
        {
            ReadDerived(derived, from, count);
        }
    }

    private void ReadDerived(TraceBatch derived, int from, int count)
    {
        derived.ReserveDerivedValues();
        var covered = Span(ColumnRole.CoveredTime, from, count);
        var classes = Span(ColumnRole.CriticalClass, from, count);
        int raw = classes.Count(DerivedColumns.Raw);
        ReadOnlySpan<long> values = raw == 0 ? default : window.Read(Column(ColumnRole.CriticalRaw), page, rawCritical, raw);
        rawCritical += raw;
        int row = batch.Spans.Count - count;
        for (int i = 0; i < count; i++, row++)
        {
            ulong self = batch.Spans.Duration(row) - (ulong)covered[i];
            derived.SelfTimes[row] = self;
            derived.CriticalTimes[row] = classes[i] == DerivedColumns.None ? 0 : self;
            if (classes[i] == DerivedColumns.Raw)
            {
                derived.CriticalTimes[row] = (ulong)values[0];
                values = values[1..];
            }
        }
    }

    private ReadOnlySpan<long> RawParents(ReadOnlySpan<long> parents)
    {
        int count = parents.Count(1);
        if (count == 0)
        {
            return default;
        }
        var raw = window.Read(reader.Directory.Get(ColumnRole.ParentRaw, OwnerKind.Span), page, rawParent, count);
        rawParent += count;
        return raw;
    }

    private SpanId Parent(long code, int row, int firstSpan, ref ReadOnlySpan<long> rawParents)
    {
        switch (code)
        {
            case 0:
                return default;
            case 1:
                ulong raw = (ulong)rawParents[0];
                rawParents = rawParents[1..];
                return new SpanId(raw);
            default:
                long parent = row - (code - 1);
                return parent >= firstSpan && parent < row
                    ? batch.Spans.SpanIds[parent]
                    : throw new SegmentDamagedException("A parent lies before its trace.", page);
        }
    }

    /// <summary>What rows that are passed own.</summary>
    private int Owned(ColumnRole role, int from, int to)
    {
        var column = reader.Directory.Get(role, OwnerKind.Span);
        return column.Pages[page].Max == 0 ? 0 : Total(window.Read(column, page, next, to - next).AsSpan(0, from - next));
    }

    private static int Total(ReadOnlySpan<long> counts)
    {
        long total = 0;
        foreach (long count in counts)
        {
            total += count;
        }
        return checked((int)total);
    }

    private bool HasAny(ColumnInfo? column) => column is not null && column.Pages[page].Count > 0;

    private ReadOnlySpan<long> Span(ColumnRole role, int first, int count) => window.Read(Column(role), page, first, count);

    private ColumnInfo Column(ColumnRole role) => reader.Directory.Get(role, OwnerKind.Span);

    private int Dictionary(ColumnRole role) => reader.Directory.Get(role, OwnerKind.Span).Dictionary;
}
