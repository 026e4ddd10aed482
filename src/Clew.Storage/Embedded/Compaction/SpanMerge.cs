using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>Brings spans with everything they own from one input to the result. Spans come in the input's order.</summary>
internal sealed class SpanMerge
{
    private readonly MergeSource source;
    private readonly MergeLayout layout;
    private readonly RowMap resources;
    private readonly RowMap scopes;
    private readonly MergeLink[] columns;
    private readonly RawMerge parents;
    private readonly RawMerge criticalTimes;
    private readonly ColumnInfo start;
    private readonly ColumnInfo resource;
    private readonly ColumnInfo scope;
    private readonly AttributeMerge attributes;
    private readonly OwnedMerge? events;
    private readonly OwnedMerge? links;
    private int page = -1;
    private int next;

    /// <param name="source">The input.</param>
    /// <param name="layout">The result's columns.</param>
    /// <param name="resources">Numbers the resources of the batch that all inputs share.</param>
    /// <param name="scopes">The same of scopes.</param>
    public SpanMerge(MergeSource source, MergeLayout layout, RowMap resources, RowMap scopes)
    {
        var directory = source.Reader.Directory;
        this.source = source;
        this.layout = layout;
        this.resources = resources;
        this.scopes = scopes;
        columns = layout.Spans.LinksOf(source);
        parents = new RawMerge(
            source, directory.Get(ColumnRole.Parent, OwnerKind.Span), 1, directory.Find(ColumnRole.ParentRaw, OwnerKind.Span), layout.RawParents);
        criticalTimes = new RawMerge(
            source, directory.Get(ColumnRole.CriticalClass, OwnerKind.Span), DerivedColumns.Raw,
            directory.Find(ColumnRole.CriticalRaw, OwnerKind.Span), layout.RawCriticalTimes);
        start = directory.Get(ColumnRole.Start, OwnerKind.Span);
        resource = directory.Get(ColumnRole.Resource, OwnerKind.Span);
        scope = directory.Get(ColumnRole.Scope, OwnerKind.Span);
        attributes = new AttributeMerge(source, OwnerKind.Span, layout.SpanAttributes);
        events = OwnedMerge.Open(source, OwnerKind.Event, ColumnRole.EventCount, layout.Events, layout.EventAttributes);
        links = OwnedMerge.Open(source, OwnerKind.Link, ColumnRole.LinkCount, layout.Links, layout.LinkAttributes);
    }

    /// <summary>Copies some spans of one page; returns the latest start among them.</summary>
    public ulong Copy(int ofPage, int first, int count)
    {
        if (ofPage != page || first < next)
        {
            (page, next) = (ofPage, 0);
            parents.Begin();
            criticalTimes.Begin();
            attributes.MoveTo(page);
            events?.MoveTo(page);
            links?.MoveTo(page);
        }
        if (first > next)
        {
            int passed = first - next;
            parents.Skip(page, next, passed);
            criticalTimes.Skip(page, next, passed);
            attributes.Skip(next, passed);
            events?.Skip(next, passed);
            links?.Skip(next, passed);
        }
        foreach (var column in columns)
        {
            column.Copy(page, first, count);
        }
        parents.Copy(page, first, count);
        criticalTimes.Copy(page, first, count);
        CopyShared(resource, source.Resources, resources, layout.Resources, first, count);
        CopyShared(scope, source.Scopes, scopes, layout.Scopes, first, count);
        attributes.Copy(first, count);
        events?.Copy(first, count);
        links?.Copy(first, count);
        next = first + count;
        return LatestStart(first, count);
    }

    private void CopyShared(ColumnInfo column, int[] rows, RowMap map, ColumnWriter to, int first, int count)
    {
        var values = source.Read(column, page, first, count);
        var room = to.Reserve(count);
        for (int i = 0; i < values.Length; i++)
        {
            room[i] = map.Map(rows[values[i]]);
        }
    }

    private ulong LatestStart(int first, int count)
    {
        ulong latest = 0;
        foreach (long time in source.Read(start, page, first, count))
        {
            latest = Math.Max(latest, (ulong)time);
        }
        return latest;
    }
}
