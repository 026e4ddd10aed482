using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// Spans of a generation of traces, with what is needed to add to them. New traces go to a shard's newest arena; spans that come later
/// join their trace where it lies; an arena is emptied whole when all of its traces have gone.
/// </summary>
/// <remarks>
/// Spans are packed (<see cref="PackedSpans"/>). <see cref="Batch"/> holds their dictionary, resources and scopes, and is the window through
/// which they are looked at: <see cref="Show"/> unpacks one into it. Bounded by the head's budget. Guarded by the lock of the shard that
/// holds it.
/// </remarks>
internal sealed class Arena
{
    private readonly SpanBatchCopier copier;
    private readonly AttributeShapes shapes = new();
    private readonly List<Tenant> tenants = []; // by number; bounded by SpanClasses.NoTenant
    private Tenant? served;
    private int sharedAttributes;
    private long payload = -1;

    public Arena(ChunkPool chunks)
    {
        copier = new SpanBatchCopier(Batch, Blocks);
        Spans = new PackedSpans(shapes, Classes, chunks);
    }

    /// <summary>Dictionary, resources and scopes of all spans; of the spans themselves those that are shown.</summary>
    public SpanBatch Batch { get; } = new();

    public PackedSpans Spans { get; }

    public LargePartIndex LargeParts { get; } = new();

    /// <summary>The classes of all spans, with the number of those that the store does not have.</summary>
    public SpanClasses Classes { get; } = new();

    /// <summary>Spans that only older snapshots see, by class.</summary>
    public StoredClasses Stored { get; } = new();

    /// <summary>The rows in their order, with their classes.</summary>
    public RowColumns Rows { get; } = new();

    /// <summary>The rows in blocks.</summary>
    public RowBlocks Blocks { get; } = new();

    /// <summary>Whose the rows are.</summary>
    public PartRuns Runs { get; } = new();

    /// <summary>Whose all spans are; null where there are none yet, or several.</summary>
    public Tenant? Tenant { get; private set; }

    /// <summary>True where the spans are of several tenants.</summary>
    public bool HasTenants { get; private set; }

    /// <summary>Attribute keys and types by shape.</summary>
    public AttributeShapes Shapes => shapes;

    /// <summary>Parts that lie here.</summary>
    public int LiveParts { get; set; }

    /// <summary>Their spans.</summary>
    public int LiveSpans { get; set; }

    /// <summary>Spans that are here no longer, but whose bytes are.</summary>
    public int DeadSpans => Spans.Count - LiveSpans;

    /// <summary>True where most of its traces went to the store: what is left goes along with the next batch. Set by the assembler.</summary>
    public bool WasStored { get; set; }

    /// <summary>Changes when the arena is emptied: ids and rows from before mean nothing any more.</summary>
    public long Version { get; private set; }

    /// <summary>Bytes in use of what grows with every span: records and dictionary.</summary>
    public long SpanBytes => Spans.UsedBytes + Batch.Strings.UsedBytes;

    public long UsedBytes => Spans.UsedBytes + Batch.UsedBytes + shapes.UsedBytes + LargeParts.UsedBytes
        + Classes.UsedBytes + Rows.UsedBytes + Blocks.UsedBytes + Runs.UsedBytes;

    public long AllocatedBytes => Spans.AllocatedBytes + Batch.AllocatedBytes + shapes.AllocatedBytes + LargeParts.AllocatedBytes
        + Classes.AllocatedBytes + Rows.AllocatedBytes + Blocks.AllocatedBytes + Runs.AllocatedBytes;

    /// <summary>Names the batch that spans are added from next. Nothing may be shown.</summary>
    /// <param name="source">The batch.</param>
    /// <param name="number">A number of its own: the same batch is not begun twice in a row.</param>
    /// <param name="whole">Whether most of the batch's strings will be needed.</param>
    public void Begin(SpanBatch source, long number, bool whole)
    {
        if (payload == number)
        {
            return;
        }
        payload = number;
        Blocks.BeginPayload(Rows.Count, Batch.Strings.Count);
        if (whole)
        {
            copier.BeginWhole(source);
        }
        else
        {
            copier.Begin(source);
        }
        Spans.Begin();
    }

    /// <summary>Adds a span of the batch begun with. Nothing may be shown.</summary>
    public int Add(SpanBatch source, int span)
    {
        int row = Spans.Add(source, span, new CopierIds(copier), out int spanClass);
        Rows.Add(row, spanClass);
        Blocks.Add(source.Spans.StartTimes[span]);
        return row;
    }

    /// <summary>Notes whose part lies here.</summary>
    public void Welcome(Tenant tenant)
    {
        HasTenants |= Tenant is not null && Tenant != tenant;
        Tenant = HasTenants ? null : tenant;
    }

    /// <summary>Names the tenant whose spans are added from next.</summary>
    public void Serve(Tenant tenant)
    {
        if (!ReferenceEquals(tenant, served))
        {
            served = tenant;
            int number = tenants.IndexOf(tenant);
            if (number < 0 && tenants.Count < SpanClasses.NoTenant)
            {
                number = tenants.Count;
                tenants.Add(tenant);
            }
            Classes.Tenant = number < 0 ? SpanClasses.NoTenant : (byte)number;
        }
    }

    /// <summary>The number by which classes name the tenant; −1 where no class is its.</summary>
    public int NumberOf(Tenant tenant) => tenants.IndexOf(tenant);

    /// <summary>Notes that a row of a part was handed over: only snapshots of an earlier epoch see it.</summary>
    public void MarkStored(int row, long epoch)
    {
        int spanClass = Spans.Class(row);
        Classes.Remove(spanClass);
        Stored.Add(epoch, spanClass);
    }

    /// <summary>Notes that a row is in no part any more.</summary>
    public void Kill(int row) => Classes.Remove(Rows.Kill(row));

    /// <summary>Unpacks a span into the batch. Returns its row there, which is valid until <see cref="Hide"/>.</summary>
    public int Show(int row, TraceId traceId)
    {
        if (Batch.Spans.Count == 0)
        {
            sharedAttributes = Batch.Attributes.Count;
        }
        return Spans.Unpack(row, traceId, Batch, default(SameIds));
    }

    /// <summary>
    /// Puts a span into the batch that has what all spans of a class have, and nothing else. Returns its row there, which is valid until
    /// <see cref="Hide"/>. Nothing else may be shown.
    /// </summary>
    public int ShowClass(int number)
    {
        sharedAttributes = Batch.Attributes.Count;
        return Spans.UnpackClass(number, Batch);
    }

    /// <summary>Takes out of the batch what was shown.</summary>
    public void Hide()
    {
        Batch.Spans.Clear();
        Batch.Events.Clear();
        Batch.Links.Clear();
        Batch.Attributes.Truncate(sharedAttributes);
    }

    /// <summary>Copies a span into the copier's batch; the copier was begun with <see cref="Batch"/>.</summary>
    public void Copy(int row, TraceId traceId, SpanBatchCopier into) =>
        Spans.Unpack(row, traceId, into.Destination, new CopierIds(into));

    /// <summary>
    /// Copies a span into the copier's batch, which shares the strings and takes over the classes; the copier was begun with
    /// <see cref="Batch"/> so.
    /// </summary>
    public void CopyShared(int row, TraceId traceId, SpanBatchCopier into)
    {
        int span = Spans.Unpack(row, traceId, into.Destination, new SharedStringIds(into));
        into.Destination.Spans.SetClass(span, Spans.Class(row));
    }

    /// <summary>Forgets everything. Keeps the memory of its tables and gives back that of its spans.</summary>
    public void Clear()
    {
        Version++;
        payload = -1;
        LiveParts = 0;
        LiveSpans = 0;
        WasStored = false;
        Batch.Clear();
        copier.Forget();
        Spans.Clear();
        shapes.Clear();
        LargeParts.Clear();
        Classes.Clear();
        Stored.Clear();
        Rows.Clear();
        Blocks.Clear();
        Runs.Clear();
        Tenant = null;
        HasTenants = false;
        tenants.Clear();
        served = null;
    }
}
