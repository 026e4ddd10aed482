using Clew.Core.Columns;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>The columns of a merge's result.</summary>
internal sealed class MergeLayout
{
    /// <param name="sources">The inputs.</param>
    /// <param name="groups">Row groups that there will be, at most.</param>
    /// <param name="set">Where columns are made.</param>
    /// <param name="strings">Where keys get their ids.</param>
    public MergeLayout(IReadOnlyList<MergeSource> sources, int groups, ColumnSet set, StringTable strings)
    {
        Spans = new FieldMerge(
            OwnerKind.Span,
            set,
            [ColumnRole.SpanId, ColumnRole.Parent, ColumnRole.Flags, ColumnRole.Kind, ColumnRole.Start, ColumnRole.Duration, ColumnRole.StatusCode,
             ColumnRole.DroppedAttributes, ColumnRole.DroppedEvents, ColumnRole.DroppedLinks, ColumnRole.EventCount, ColumnRole.LinkCount, ColumnRole.CoveredTime,
             ColumnRole.CriticalClass],
            [ColumnRole.TraceState, ColumnRole.Name, ColumnRole.StatusMessage],
            sources.Any(source => source.Reader.Directory.Find(ColumnRole.SamplingThreshold, OwnerKind.Span) is not null)
                ? [ColumnRole.SamplingThreshold] : []);
        RawParents = set.Integers(ColumnRole.ParentRaw, OwnerKind.Span);
        RawCriticalTimes = set.Integers(ColumnRole.CriticalRaw, OwnerKind.Span);
        Resources = set.Integers(ColumnRole.Resource, OwnerKind.Span);
        Scopes = set.Integers(ColumnRole.Scope, OwnerKind.Span);
        SpanAttributes = Targets(OwnerKind.Span);
        if (sources.Any(source => source.Reader.Directory.Find(ColumnRole.EventTime, OwnerKind.Event) is not null))
        {
            Events = new FieldMerge(OwnerKind.Event, set, [ColumnRole.EventTime, ColumnRole.DroppedAttributes], [ColumnRole.EventName]);
            EventAttributes = Targets(OwnerKind.Event);
        }
        if (sources.Any(source => source.Reader.Directory.Find(ColumnRole.LinkSpanId, OwnerKind.Link) is not null))
        {
            Links = new FieldMerge(
                OwnerKind.Link,
                set,
                [ColumnRole.LinkTraceHigh, ColumnRole.LinkTraceLow, ColumnRole.LinkSpanId, ColumnRole.LinkFlags, ColumnRole.DroppedAttributes],
                [ColumnRole.LinkTraceState]);
            LinkAttributes = Targets(OwnerKind.Link);
        }

        AttributeTargets Targets(OwnerKind owner) => new(owner, AttributeCensus.Count(sources, owner, strings), groups, set, strings);
    }

    public FieldMerge Spans { get; }

    public ColumnWriter RawParents { get; }

    public ColumnWriter RawCriticalTimes { get; }

    public ColumnWriter Resources { get; }

    public ColumnWriter Scopes { get; }

    public AttributeTargets SpanAttributes { get; }

    public FieldMerge? Events { get; }

    public AttributeTargets? EventAttributes { get; }

    public FieldMerge? Links { get; }

    public AttributeTargets? LinkAttributes { get; }
}
