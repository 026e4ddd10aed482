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
    /// Stores traces, or later parts of traces. When it returns they are durable and visible to every new snapshot.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was stored: the disk is full, read-only or failing.</exception>
    ValueTask AppendAsync(Tenant tenant, TraceBatch traces, CancellationToken cancellationToken);

    /// <summary>What the store holds and how it is. Cheap enough to be asked every second.</summary>
    SpanStoreStatistics GetStatistics();
}
