using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Index;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Writes one segment trace by trace, in the order of <see cref="TraceOrder"/>. Between traces the batch's spans, attributes, events and
/// links may be replaced by others; its strings, resources and scopes only grow.
/// </summary>
/// <remarks>
/// 1. What will come is counted (<see cref="Owned"/>). 2. Columns are laid out. 3. Spans are written group by group with everything they
/// own, so that page n of every column belongs to group n. 4. Tables of resources, scopes and traces follow, then the pages are put
/// together (<see cref="SegmentAssembler"/>). Memory: the encoded segment, 16 bytes a trace, 8 bytes a dictionary entry. Not thread-safe.
/// </remarks>
internal sealed class SegmentBuilder
{
    private readonly TraceBatch batch;
    private readonly SegmentSummary identity;
    private readonly IntegerPage encoder;
    private readonly StringOwners owners;
    private readonly ColumnSet set;
    private RowMap resources = new(0);
    private RowMap scopes = new(0);
    private TraceTableWriter tables = null!;
    private int row;

    public SegmentBuilder(TraceBatch batch, SegmentSummary identity, IntegerPage encoder, StringOwners owners)
    {
        this.batch = batch;
        this.identity = identity;
        this.encoder = encoder;
        this.owners = owners;
        owners.Reset(batch.Spans.Strings.Count);
        set = new ColumnSet(batch.Spans.Strings, owners);
        Owned = new OwnedRowsWriter(batch, set);
    }

    /// <summary>1: tell it what will come.</summary>
    public OwnedRowsWriter Owned { get; }

    /// <summary>The traces so far, by row.</summary>
    public IReadOnlyList<Core.Model.TraceId> TraceIds => tables.TraceIds;

    /// <summary>2, for spans whose resources and scopes were numbered already.</summary>
    public void Plan(int rows, RowMap usedResources, RowMap usedScopes)
    {
        resources = usedResources;
        scopes = usedScopes;
        Owned.Plan(identity, rows, resources, scopes);
        tables = new TraceTableWriter(batch, set);
    }

    /// <summary>2, for spans that come later: all resources and scopes that they may have are in the batch.</summary>
    public void Plan(int rows)
    {
        resources = new RowMap(batch.Spans.Resources.Count);
        scopes = new RowMap(batch.Spans.Scopes.Count);
        Owned.Plan(identity, rows, resources, scopes, all: true);
        tables = new TraceTableWriter(batch, set);
    }

    /// <summary>3: writes the batch's trace with that row.</summary>
    public void Add(int trace)
    {
        owners.Grow(batch.Spans.Strings.Count);
        var range = batch.Traces.Spans[trace];
        tables.Begin(trace, row);
        for (int i = range.Start; i < range.End; i++)
        {
            Owned.Write(i, range);
            tables.Add(i);
            row++;
            if (row % identity.GroupRows == 0)
            {
                EndPages(OwnerKind.Span, OwnerKind.Event, OwnerKind.Link);
            }
        }
        tables.End();
        if (tables.Count % identity.GroupRows == 0)
        {
            EndPages(OwnerKind.Trace);
        }
    }

    /// <summary>4: ends the segment.</summary>
    /// <param name="replaces">The segments that this one was merged from.</param>
    public SegmentImage Complete(IReadOnlyList<SegmentName> replaces)
    {
        if (row % identity.GroupRows != 0)
        {
            EndPages(OwnerKind.Span, OwnerKind.Event, OwnerKind.Link);
        }
        if (tables.Count % identity.GroupRows != 0)
        {
            EndPages(OwnerKind.Trace);
        }
        for (int i = 0; i < resources.Rows.Count; i++)
        {
            Owned.WriteResource(resources.Rows[i]);
            EndTablePage(OwnerKind.Resource, i, resources.Rows.Count);
        }
        for (int i = 0; i < scopes.Rows.Count; i++)
        {
            Owned.WriteScope(scopes.Rows[i]);
            EndTablePage(OwnerKind.Scope, i, scopes.Rows.Count);
        }
        var summary = tables.Complete(identity with { Spans = row, Traces = tables.Count });
        byte[] index = TraceIndex.Build([.. tables.TraceIds]);
        return SegmentAssembler.Assemble(set, batch.Spans.Strings, summary, resources.Rows.Count, scopes.Rows.Count, index, replaces);
    }

    private void EndTablePage(OwnerKind owner, int last, int count)
    {
        if ((last + 1) % identity.GroupRows == 0 || last + 1 == count)
        {
            EndPages(owner);
        }
    }

    private void EndPages(params ReadOnlySpan<OwnerKind> kinds)
    {
        foreach (var column in set.Columns)
        {
            if (kinds.Contains(column.Owner))
            {
                column.EndPage(encoder);
            }
        }
    }
}
