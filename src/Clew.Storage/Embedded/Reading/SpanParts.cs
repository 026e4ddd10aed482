using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Reads what spans own (attributes, events, links) and what they share. Rows of a page are passed in order.</summary>
internal sealed class SpanParts : IDisposable
{
    private readonly SegmentReader reader;
    private readonly SpanBatch batch;
    private readonly RowWindow window;
    private readonly AttributeReader spanAttributes;
    private readonly AttributeReader eventAttributes;
    private readonly AttributeReader linkAttributes;
    private int page;
    private int firstEvent;
    private int eventCount;
    private int nextEvent;
    private int firstLink;
    private int linkCount;
    private int nextLink;

    public SpanParts(SegmentReader reader, SpanBatch batch, bool endToEnd)
    {
        this.reader = reader;
        this.batch = batch;
        window = new RowWindow(reader, endToEnd);
        Texts = new TextReader(reader, batch, endToEnd);
        Shared = new SharedRowsReader(reader, batch, window, Texts);
        spanAttributes = new AttributeReader(reader, OwnerKind.Span, window, Texts);
        eventAttributes = new AttributeReader(reader, OwnerKind.Event, window, Texts);
        linkAttributes = new AttributeReader(reader, OwnerKind.Link, window, Texts);
    }

    public TextReader Texts { get; }

    public SharedRowsReader Shared { get; }

    public void LoadSpans(int ofPage, int first, int count)
    {
        page = ofPage;
        spanAttributes.Load(page, first, count);
    }

    public void LoadEvents(int ofPage, int first, int count)
    {
        (firstEvent, eventCount, nextEvent) = (first, count, 0);
        if (count > 0)
        {
            reader.ExpectRows(OwnerKind.Event, ofPage, withDerived: false);
        }
        eventAttributes.Load(ofPage, first, count);
    }

    public void LoadLinks(int ofPage, int first, int count)
    {
        (firstLink, linkCount, nextLink) = (first, count, 0);
        if (count > 0)
        {
            reader.ExpectRows(OwnerKind.Link, ofPage, withDerived: false);
        }
        linkAttributes.Load(ofPage, first, count);
    }

    /// <summary>The next span's attributes.</summary>
    public RowRange Attributes() => spanAttributes.Read(batch);

    /// <summary>The next span's events.</summary>
    public RowRange Events(int count, ulong start)
    {
        var table = batch.Events;
        int first = table.Count;
        for (int i = 0; i < count; i++, nextEvent++)
        {
            var attributes = eventAttributes.Read(batch);
            int to = table.AddRow();
            table.Times[to] = start + (ulong)Event(ColumnRole.EventTime);
            table.Names[to] = Texts.Id(reader.Directory.Get(ColumnRole.EventName, OwnerKind.Event).Dictionary, Event(ColumnRole.EventName));
            table.Attributes[to] = attributes;
            table.DroppedAttributesCounts[to] = (uint)Event(ColumnRole.DroppedAttributes);
        }
        return new RowRange(first, count);
    }

    /// <summary>The next span's links.</summary>
    public RowRange Links(int count)
    {
        var table = batch.Links;
        int first = table.Count;
        for (int i = 0; i < count; i++, nextLink++)
        {
            var attributes = linkAttributes.Read(batch);
            int to = table.AddRow();
            table.TraceIds[to] = new TraceId((ulong)Link(ColumnRole.LinkTraceHigh), (ulong)Link(ColumnRole.LinkTraceLow));
            table.SpanIds[to] = new SpanId((ulong)Link(ColumnRole.LinkSpanId));
            table.TraceStates[to] = Texts.Id(reader.Directory.Get(ColumnRole.LinkTraceState, OwnerKind.Link).Dictionary, Link(ColumnRole.LinkTraceState));
            table.Flags[to] = (uint)Link(ColumnRole.LinkFlags);
            table.Attributes[to] = attributes;
            table.DroppedAttributesCounts[to] = (uint)Link(ColumnRole.DroppedAttributes);
        }
        return new RowRange(first, count);
    }

    public void Dispose()
    {
        window.Dispose();
        Texts.Dispose();
    }

    private long Event(ColumnRole role) =>
        window.Read(reader.Directory.Get(role, OwnerKind.Event), page, firstEvent, eventCount)[nextEvent];

    private long Link(ColumnRole role) =>
        window.Read(reader.Directory.Get(role, OwnerKind.Link), page, firstLink, linkCount)[nextLink];
}
