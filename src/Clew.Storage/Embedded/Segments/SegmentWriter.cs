using Clew.Core.Columns;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Turns traces of a batch into the bytes of one segment. Bounded by the batch. Not thread-safe; memory is reused from one segment to the
/// next.
/// </summary>
internal sealed class SegmentWriter
{
    private readonly IntegerPage encoder = new();
    private readonly StringOwners owners = new();

    /// <summary>Writes the traces with these rows, which are in the order of <see cref="TraceOrder"/>.</summary>
    public SegmentImage Write(TraceBatch batch, ReadOnlySpan<int> traces, SegmentSummary identity)
    {
        var spans = batch.Spans;
        var builder = new SegmentBuilder(batch, identity, encoder, owners);
        // Resources and scopes get rows in order of first use.
        var resources = new RowMap(spans.Resources.Count);
        var scopes = new RowMap(spans.Scopes.Count);
        int rows = 0;
        foreach (int trace in traces)
        {
            var range = batch.Traces.Spans[trace];
            rows += range.Count;
            for (int i = range.Start; i < range.End; i++)
            {
                resources.Map(spans.Spans.Resources[i]);
                scopes.Map(spans.Spans.Scopes[i]);
            }
            builder.Owned.Count(range);
        }
        builder.Plan(rows, resources, scopes);
        foreach (int trace in traces)
        {
            builder.Add(trace);
        }
        return builder.Complete([]);
    }
}
