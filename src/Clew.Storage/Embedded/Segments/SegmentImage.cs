namespace Clew.Storage.Embedded.Segments;

/// <summary>A segment ready to be written.</summary>
/// <param name="Summary">What it holds.</param>
/// <param name="Buffers">Its bytes, in order. The memory is the writer's, who says how long they are valid.</param>
/// <param name="Length">Number of bytes.</param>
internal sealed record SegmentImage(SegmentSummary Summary, IReadOnlyList<ReadOnlyMemory<byte>> Buffers, long Length);
