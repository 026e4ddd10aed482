using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>The scan contract: what every source of spans answers. Safe to use from one thread at a time; dispose it.</summary>
public interface ISpanSnapshot : IDisposable
{
    /// <summary>
    /// Null, or a sentence that says what could not be read of what this snapshot was asked for so far: spans may be missing from its
    /// answers. Complete when the answer is.
    /// </summary>
    string? Incomplete => null;

    /// <summary>
    /// Number of the last hand-over to the next source whose spans this view leaves out, as all before; null where they are not numbered.
    /// </summary>
    long? LastHandOver => null;

    /// <summary>
    /// Null, or a sentence that says what of a tenant's spans cannot be read at all, whatever is asked: a trace of which nothing is found may
    /// have been there.
    /// </summary>
    string? Unreadable(Tenant tenant) => null;

    /// <summary>What the answers cost so far.</summary>
    ScanCounters Counters => default;

    /// <summary>
    /// Traces that match, in ascending <see cref="TracePosition"/> (newest first), found lazily: a caller that stops reading stops the
    /// work. The same trace may be reported once per part.
    /// </summary>
    /// <exception cref="NotSupportedException">A predicate is beyond the source's capabilities.</exception>
    IAsyncEnumerable<TraceHit> FindTracesAsync(TraceSearch search, CancellationToken cancellationToken);

    /// <summary>
    /// Appends all spans of a trace that this source holds, in no particular order, duplicates included; returns the union of the
    /// parts' flags, or null where it holds none.
    /// </summary>
    /// <param name="tenant">Whose trace.</param>
    /// <param name="traceId">Which trace.</param>
    /// <param name="destination">Takes the spans; owned by the caller.</param>
    /// <param name="cancellationToken">Ends the work with <see cref="OperationCanceledException"/>.</param>
    ValueTask<TraceFlags?> ReadTraceAsync(Tenant tenant, TraceId traceId, SpanBatchCopier destination, CancellationToken cancellationToken);

    /// <summary>Adds this source's figures to the result.</summary>
    /// <exception cref="NotSupportedException">The source does not aggregate, or a predicate is beyond its capabilities.</exception>
    ValueTask AggregateAsync(AggregateResult result, CancellationToken cancellationToken);
}
