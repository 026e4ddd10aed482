using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Turns traces of a batch into the bytes of segments. Bounded by the batch. Not thread-safe; memory is reused after
/// <see cref="Reset"/>.
/// </summary>
internal sealed class SegmentWriter
{
    private readonly SegmentBuffers buffers = new();

    /// <summary>The images made so far are no longer needed.</summary>
    public void Reset() => buffers.Reset();

    /// <summary>Writes the traces with these rows, which are in the order of <see cref="TraceOrder"/>.</summary>
    /// <returns>The segment; its bytes are valid until <see cref="Reset"/>.</returns>
    public SegmentImage Write(TraceBatch batch, ReadOnlySpan<int> traces, SegmentSummary identity) =>
        new SegmentBuilder(batch, identity, buffers).Write(traces);
}
