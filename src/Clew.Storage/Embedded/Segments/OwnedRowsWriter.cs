using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Writes spans with what they own, and the resources and scopes they share.</summary>
internal sealed class OwnedRowsWriter
{
    private readonly TraceBatch batch;
    private readonly SpanBatch spans;
    private readonly ColumnSet set;
    private readonly AttributeWriter spanAttributes;
    private readonly AttributeWriter eventAttributes;
    private readonly AttributeWriter linkAttributes;
    private readonly AttributeWriter resourceAttributes;
    private readonly AttributeWriter scopeAttributes;
    private readonly bool hasSelfTimes;
    private RowMap resources = null!;
    private RowMap scopes = null!;
    private SpanColumns span = null!;
    private EventColumns? events;
    private LinkColumns? links;
    private ColumnWriter resourceDropped = null!;
    private ColumnWriter resourceSchema = null!;
    private ColumnWriter scopeName = null!;
    private ColumnWriter scopeVersion = null!;
    private ColumnWriter scopeDropped = null!;
    private ColumnWriter scopeSchema = null!;
    private int eventCount;
    private int linkCount;

    public OwnedRowsWriter(TraceBatch batch, ColumnSet set)
    {
        this.batch = batch;
        this.set = set;
        spans = batch.Spans;
        hasSelfTimes = batch.SelfTimes.Length >= spans.Count;
        spanAttributes = new AttributeWriter(OwnerKind.Span, spans, set);
        eventAttributes = new AttributeWriter(OwnerKind.Event, spans, set);
        linkAttributes = new AttributeWriter(OwnerKind.Link, spans, set);
        resourceAttributes = new AttributeWriter(OwnerKind.Resource, spans, set);
        scopeAttributes = new AttributeWriter(OwnerKind.Scope, spans, set);
    }

    public void Count(RowRange range)
    {
        for (int i = range.Start; i < range.End; i++)
        {
            spanAttributes.Count(spans.Spans.Attributes[i]);
            var eventRows = spans.Spans.Events[i];
            eventCount += eventRows.Count;
            for (int e = eventRows.Start; e < eventRows.End; e++)
            {
                eventAttributes.Count(spans.Events.Attributes[e]);
            }
            var linkRows = spans.Spans.Links[i];
            linkCount += linkRows.Count;
            for (int l = linkRows.Start; l < linkRows.End; l++)
            {
                linkAttributes.Count(spans.Links.Attributes[l]);
            }
        }
    }

    /// <summary>Says that so many events and links will come, at most.</summary>
    public void Expect(int ofEvents, int ofLinks)
    {
        eventCount += ofEvents;
        linkCount += ofLinks;
    }

    /// <summary>Says that so many attributes of that key and type will come, at most.</summary>
    public void Expect(OwnerKind owner, int key, AttributeType type, int count)
    {
        var writer = owner switch
        {
            OwnerKind.Span => spanAttributes,
            OwnerKind.Event => eventAttributes,
            OwnerKind.Link => linkAttributes,
            _ => null, // those of resources and scopes are there and are counted
        };
        writer?.Expect(key, type, count);
    }

    /// <summary>Lays the columns out.</summary>
    /// <param name="identity">Of the segment.</param>
    /// <param name="rows">Spans that will come.</param>
    /// <param name="usedResources">Numbers the resources; those it has numbered, or else all of the batch, are counted.</param>
    /// <param name="usedScopes">The same of scopes.</param>
    /// <param name="all">Counts all of the batch.</param>
    public void Plan(SegmentSummary identity, int rows, RowMap usedResources, RowMap usedScopes, bool all = false)
    {
        int groups = identity.Pages(rows);
        resources = usedResources;
        scopes = usedScopes;
        int resourceCount = all ? spans.Resources.Count : resources.Rows.Count;
        for (int i = 0; i < resourceCount; i++)
        {
            resourceAttributes.Count(spans.Resources.Attributes[all ? i : resources.Rows[i]]);
        }
        int scopeCount = all ? spans.Scopes.Count : scopes.Rows.Count;
        for (int i = 0; i < scopeCount; i++)
        {
            scopeAttributes.Count(spans.Scopes.Attributes[all ? i : scopes.Rows[i]]);
        }
        span = new SpanColumns(batch, set, hasSelfTimes);
        spanAttributes.Plan(groups);
        if (eventCount > 0)
        {
            events = new EventColumns(spans, set);
            eventAttributes.Plan(groups);
        }
        if (linkCount > 0)
        {
            links = new LinkColumns(spans, set);
            linkAttributes.Plan(groups);
        }
        resourceDropped = set.Integers(ColumnRole.DroppedAttributes, OwnerKind.Resource);
        resourceSchema = set.Strings(ColumnRole.SchemaUrl, OwnerKind.Resource);
        resourceAttributes.Plan(identity.Pages(resourceCount));
        scopeName = set.Strings(ColumnRole.ScopeName, OwnerKind.Scope);
        scopeVersion = set.Strings(ColumnRole.ScopeVersion, OwnerKind.Scope);
        scopeDropped = set.Integers(ColumnRole.DroppedAttributes, OwnerKind.Scope);
        scopeSchema = set.Strings(ColumnRole.SchemaUrl, OwnerKind.Scope);
        scopeAttributes.Plan(identity.Pages(scopeCount));
    }

    /// <summary>Writes a span of the trace with that range.</summary>
    public void Write(int row, RowRange trace)
    {
        span.Write(row, trace, resources.Map(spans.Spans.Resources[row]), scopes.Map(spans.Spans.Scopes[row]));
        spanAttributes.Write(spans.Spans.Attributes[row]);
        var eventRows = spans.Spans.Events[row];
        for (int e = eventRows.Start; e < eventRows.End; e++)
        {
            events!.Write(e, spans.Spans.StartTimes[row]);
            eventAttributes.Write(spans.Events.Attributes[e]);
        }
        var linkRows = spans.Spans.Links[row];
        for (int l = linkRows.Start; l < linkRows.End; l++)
        {
            links!.Write(l);
            linkAttributes.Write(spans.Links.Attributes[l]);
        }
    }

    public void WriteResource(int row)
    {
        resourceDropped.Add(spans.Resources.DroppedAttributesCounts[row]);
        resourceSchema.AddString(spans.Resources.SchemaUrls[row]);
        resourceAttributes.Write(spans.Resources.Attributes[row]);
    }

    public void WriteScope(int row)
    {
        scopeName.AddString(spans.Scopes.Names[row]);
        scopeVersion.AddString(spans.Scopes.Versions[row]);
        scopeDropped.Add(spans.Scopes.DroppedAttributesCounts[row]);
        scopeSchema.AddString(spans.Scopes.SchemaUrls[row]);
        scopeAttributes.Write(spans.Scopes.Attributes[row]);
    }
}
