using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Storage;

/// <summary>
/// Holds *closed* traces durably and answers the scan contract over them.
/// </summary>
/// <remarks>
/// <para>Ownership: the store copies what it is given; batches stay the caller's.</para>
/// <para>Order: appends of one caller become visible in order, each as a whole or not at all.</para>
/// <para>Identity: the store does not look for duplicates on append; readers see every part and remove what is the same span.</para>
/// <para>Failure: a method that throws <see cref="StoreUnavailableException"/> has changed nothing and may be tried again.</para>
/// <para>Thread safety: every method may be called from any thread.</para>
/// </remarks>
public interface ISpanStore : ISpanSource, IAsyncDisposable
{
    /// <summary>What this store can do beyond the scan contract.</summary>
    SpanStoreCapabilities StoreCapabilities { get; }

    /// <summary>
    /// Number of the last append with a number whose traces are stored, none where there was none yet; null where the store does not know
    /// any more, because it lost the list of what it holds and had to make a new one. A durable store knows it after a crash.
    /// </summary>
    AppendId? LastAppend { get; }

    /// <inheritdoc/>
    long? ISpanSource.LastHandOver => LastAppend?.Value;

    /// <summary>
    /// Stores traces, or later parts of traces. When it returns they are durable and visible to every new snapshot.
    /// </summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="traces">What is stored; it stays the caller's.</param>
    /// <param name="append">Number of this append, greater than <see cref="LastAppend"/>; becomes durable with the traces, in one step. None: <see cref="LastAppend"/> stays.</param>
    /// <param name="cancellationToken">Ends the wait for earlier appends, not the append.</param>
    /// <exception cref="StoreUnavailableException">Nothing was stored: the disk is full, read-only or failing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is not greater than the last one.</exception>
    ValueTask AppendAsync(Tenant tenant, TraceBatch traces, AppendId append, CancellationToken cancellationToken);

    /// <summary>
    /// Hides every part of these traces that is stored now from every read at once, snapshots taken before included; what takes up room
    /// goes later. Parts that are stored later are shown. When it returns the deletion is durable, as far as the store is.
    /// </summary>
    /// <returns>How many of the traces were shown until now.</returns>
    /// <exception cref="StoreUnavailableException">Some of the traces may be hidden and others not; the same call may succeed later.</exception>
    /// <exception cref="NotSupportedException">The store lacks <see cref="SpanStoreCapabilities.Deletion"/>.</exception>
    ValueTask<int> DeleteTracesAsync(Tenant tenant, IReadOnlyCollection<TraceId> traceIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This store cannot delete single traces.");

    /// <summary>
    /// Says of which traces the store may hold spans that start in a range of time: quickly, and so that a no is certain of everything that
    /// was appended before the call. A yes may be wrong.
    /// </summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="starts">When the spans start.</param>
    /// <param name="traceIds">The traces asked for.</param>
    /// <param name="mayHold">The answer for each of them.</param>
    void FindHeld(Tenant tenant, TimeRange starts, ReadOnlySpan<TraceId> traceIds, Span<bool> mayHold) => mayHold[..traceIds.Length].Fill(true);

    /// <summary>What the store holds and how it is. Cheap enough to be asked every second.</summary>
    SpanStoreStatistics GetStatistics();
}
