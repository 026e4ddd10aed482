using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>A view of the head: everything in it that snapshots of this epoch do not find in the store.</summary>
internal sealed class HeadSnapshot : ISpanSnapshot
{
    /// <summary>
    /// Bounded pieces of work, some tenths of a millisecond each, between two chances for others to run. Under load each chance waits for
    /// its turn about as long as a whole search takes.
    /// </summary>
    private const int StepsPerTurn = 16;

    private readonly SpanHead head;
    private readonly SnapshotEpochs epochs;
    private readonly long epoch;
    private bool disposed;

    public HeadSnapshot(SpanHead head, SnapshotEpochs epochs)
    {
        this.head = head;
        this.epochs = epochs;
        (epoch, LastHandOver) = epochs.Enter();
    }

    /// <inheritdoc/>
    public long? LastHandOver { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TraceHit> FindTracesAsync(
        TraceSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var run = new HeadSearch(head.Shards, search, epoch);
        int steps = 0;
        while (run.Step(out var position) is var step && step != SearchStep.End)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (step == SearchStep.Hit)
            {
                yield return new TraceHit(position, run.TakeScanned());
            }
            else if (++steps % StepsPerTurn == 0)
            {
                await Task.Yield();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<TraceFlags?> ReadTraceAsync(
        Tenant tenant, TraceId traceId, SpanBatchCopier destination, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<TraceFlags?>(head.Shard(traceId).Read(tenant, traceId, epoch, destination));
    }

    /// <inheritdoc/>
    public async ValueTask AggregateAsync(AggregateResult result, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        int steps = 0;
        foreach (var shard in head.Shards)
        {
            var run = new HeadAggregation(shard, result, epoch);
            while (run.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (++steps % StepsPerTurn == 0)
                {
                    await Task.Yield();
                }
            }
        }
    }

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            epochs.Exit(epoch);
        }
    }
}
