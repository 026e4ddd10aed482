using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Storage;

/// <summary>
/// Counts over time, kept beside the spans they were counted from: what was appended to the span store is counted once, what was not is not,
/// wherever the process dies.
/// </summary>
/// <remarks>
/// <para>An append of spans: 1. <see cref="BeginAsync"/> writes down what it will add and gives it a number; 2. the spans are appended to the
/// span store with that number; 3. <see cref="Commit"/> counts it, or <see cref="Abandon"/> takes it back where it is certain that nobody will
/// ever find the spans stored. An append whose end is not known is neither: the next begins, and which of them took place is decided by
/// <see cref="ISpanStore.LastAppend"/> when the store is opened again. <see cref="CountedAppend"/> does all this.</para>
/// <para>One append at a time. Everything else may be called from any thread.</para>
/// <para>Time: a point lies at the time its spans claim, also where it is long past: blocks are amended. What is older than the coarsest
/// resolution keeps is dropped; what is more than a day ahead of the clock is kept at the coarsest alone.</para>
/// <para>Failure: <see cref="StoreUnavailableException"/> has changed nothing; the batch is refused as by a full span store, and may be tried again.</para>
/// </remarks>
public interface ISeriesStore : IAsyncDisposable
{
    /// <summary>What this store can do.</summary>
    SeriesStoreCapabilities Capabilities { get; }

    /// <summary>What is kept, finest first.</summary>
    IReadOnlyList<SeriesResolution> Resolutions { get; }

    /// <summary>The last append that is counted.</summary>
    AppendId LastCommitted { get; }

    /// <summary>
    /// Writes down what an append will add. When it returns, that survives the process and the power, and no read shows it yet. An append begun
    /// before and neither committed nor abandoned is given up by this process.
    /// </summary>
    /// <param name="tenant">Whose spans they are.</param>
    /// <param name="delta">What they add; it is copied and stays the caller's. May be empty.</param>
    /// <param name="cancellationToken">Ends the wait for maintenance, not the writing.</param>
    /// <returns>The append's number, greater than all before it and than the span store's last.</returns>
    /// <exception cref="StoreUnavailableException">The disk is full, read-only or failing, or too much waits to be folded.</exception>
    ValueTask<AppendId> BeginAsync(Tenant tenant, SeriesDelta delta, CancellationToken cancellationToken);

    /// <summary>The append has taken place: from now on reads show what it adds. Does not fail.</summary>
    /// <exception cref="InvalidOperationException">It is not the append that was begun last.</exception>
    void Commit(AppendId append);

    /// <summary>The append has not taken place, and nobody will ever find that it did. Does not fail; does nothing where it is not the last one begun.</summary>
    void Abandon(AppendId append);

    /// <summary>Reads series.</summary>
    /// <exception cref="OperationCanceledException">Cancelled on the way.</exception>
    ValueTask<SeriesResult> ReadAsync(SeriesQuery query, CancellationToken cancellationToken);

    /// <summary>What the store holds and how it is. Cheap enough to be asked every second.</summary>
    SeriesStoreStatistics GetStatistics();
}
