using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Closing;

namespace Clew.Ingest.Counting;

/// <summary>
/// The traces of a batch of which other spans were counted before, or are counted as another part in the same batch: as a whole and part by
/// part, so that edges whose ends came apart can be amended.
/// </summary>
/// <remarks>Reused. Bounded by <see cref="MaxSpans"/> of the store a batch: what is beyond stays as it was counted. Belongs to the
/// assembler's turn.</remarks>
public sealed class LateTraces
{
    /// <summary>Most spans of the store that are held beside a batch.</summary>
    public const int MaxSpans = 100_000;

    private readonly SpanBatch held = new();
    private readonly SpanBatchCopier copier;
    private readonly Dictionary<TraceId, RowRange> heldOf = [];
    private readonly Dictionary<TraceId, List<RowRange>> partsOf = [];
    private readonly TraceCloser whole = new();
    private readonly TraceCloser parts = new();

    public LateTraces() => copier = new SpanBatchCopier(held);

    /// <summary>The late traces of the batch, put together.</summary>
    public TraceBatch Whole => whole.Destination;

    /// <summary>The same spans, each part a trace of its own.</summary>
    public TraceBatch Parts => parts.Destination;

    /// <summary>Traces that were not held, for there were too many spans; since the start.</summary>
    public long PassedOver { get; private set; }

    /// <summary>Starts a batch.</summary>
    public void Clear()
    {
        held.Clear();
        copier.Forget();
        heldOf.Clear();
    }

    /// <summary>Keeps what the store has of a trace of which spans came late. The spans are copied.</summary>
    public void Hold(TraceId traceId, SpanBatch stored)
    {
        if (stored.Count == 0 || heldOf.ContainsKey(traceId))
        {
            return;
        }
        if (held.Count + stored.Count > MaxSpans)
        {
            PassedOver++;
            return;
        }
        int start = held.Count;
        copier.Begin(stored);
        for (int row = 0; row < stored.Count; row++)
        {
            copier.Copy(row);
        }
        heldOf.Add(traceId, new RowRange(start, stored.Count));
    }

    /// <summary>Puts <see cref="Whole"/> and <see cref="Parts"/> together. False where no trace of the batch has another part.</summary>
    /// <param name="traces">The batch, before any of it is dropped.</param>
    public bool Build(TraceBatch traces)
    {
        FindParts(traces);
        if (partsOf.Count == 0)
        {
            return false;
        }
        whole.Clear();
        parts.Clear();
        foreach (var (traceId, ranges) in partsOf)
        {
            if (heldOf.TryGetValue(traceId, out var range))
            {
                Add(held, range, traceId);
            }
            foreach (var part in ranges)
            {
                Add(traces.Spans, part, traceId);
            }
            whole.Close(traceId, TraceFlags.None);
        }
        return whole.Destination.Traces.Count > 0;
    }

    private void FindParts(TraceBatch traces)
    {
        partsOf.Clear();
        var table = traces.Traces;
        for (int i = 0; i < table.Count; i++)
        {
            if ((table.Flags[i] & TraceFlags.Late) != 0)
            {
                partsOf.TryAdd(table.TraceIds[i], []);
            }
        }
        if (partsOf.Count == 0)
        {
            return;
        }
        for (int i = 0; i < table.Count; i++)
        {
            if (partsOf.TryGetValue(table.TraceIds[i], out var ranges))
            {
                ranges.Add(table.Spans[i]);
            }
        }
        foreach (var (traceId, ranges) in partsOf)
        {
            // What it belongs to was dropped, deleted, or is too large: there is nothing that it could meet.
            if (ranges.Count == 1 && !heldOf.ContainsKey(traceId))
            {
                partsOf.Remove(traceId);
            }
        }
    }

    private void Add(SpanBatch from, RowRange range, TraceId traceId)
    {
        whole.Begin(from);
        parts.Begin(from);
        for (int row = range.Start; row < range.End; row++)
        {
            whole.Copier.Copy(row);
            parts.Copier.Copy(row);
        }
        parts.Close(traceId, TraceFlags.None);
    }
}
