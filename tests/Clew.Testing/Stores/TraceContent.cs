using Clew.Core.Columns;

namespace Clew.Testing.Stores;

/// <summary>A trace as it was read.</summary>
public sealed record TraceContent(TraceFlags? Flags, SpanBatch Batch)
{
    /// <summary>Its spans as text, sorted.</summary>
    public List<string> Lines => SpanText.Sorted(Batch);

    /// <summary>Names of its spans.</summary>
    public List<string> Names() => [.. Enumerable.Range(0, Batch.Count).Select(row => Batch.Text(Batch.Spans.Names[row]))];
}
