using System.Numerics;
using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// What the store does by itself: folds points from memory into blocks, deletes blocks that have outlived their retention, merges blocks.
/// State; one turn at a time.
/// </summary>
/// <remarks>
/// <para>A fold, under the store's lock: 1. the log goes on in a new file; points in memory are frozen, and what comes is added beside them;
/// 2. blocks are written under temporary names, synced, renamed; 3. the manifest names them and the last append in them; 4. readers see
/// blocks in place of points; 5. log files without later records go. A crash before 3 leaves files that the next start removes; after 3
/// the log's records count no more.</para>
/// <para>A merge works beside appends and reads; only replacing the manifest takes the store's lock. Of the blocks that cover the same
/// partition, so many of about one size (within a factor of four) become one: each point is rewritten once for each factor of four.</para>
/// <para>Failure policy: what fails changes nothing, is told in the statistics and tried again at the next turn. A damaged block is not
/// merged.</para>
/// </remarks>
internal sealed class SeriesMaintenance(
    EmbeddedSeriesOptions options, IFileLayer files, SeriesCatalog catalog, SeriesLog log, SeriesIntake intake, SeriesBlockReaders readers,
    SeriesClock time, SeriesHealth health, Lock gate, SemaphoreSlim changing, TimeProvider clock, Func<AppendId> committed)
{
    private long lastFold = clock.GetTimestamp();
    private long folds;
    private long merges;
    private long expired;

    public long Folds => Interlocked.Read(ref folds);

    public long Merges => Interlocked.Read(ref merges);

    /// <summary>Blocks deleted for their age.</summary>
    public long Expired => Interlocked.Read(ref expired);

    /// <summary>Does everything that is to be done now.</summary>
    /// <param name="mustFold">Folds whatever little there is.</param>
    /// <param name="cancellationToken">Ends the turn; what was finished stays.</param>
    public async Task RunAsync(bool mustFold, CancellationToken cancellationToken)
    {
        if ((!mustFold && !IsDue()) || await FoldAsync(cancellationToken))
        {
            try
            {
                await ExpireAsync(cancellationToken);
                while (await MergeAsync(cancellationToken))
                {
                }
                if (catalog.IsSettled)
                {
                    health.MaintenanceWorks();
                }
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
            {
                health.MaintenanceFailed(failure);
            }
        }
    }

    /// <summary>Folds what there is. False where the system refuses; it is told.</summary>
    public async Task<bool> FoldAsync(CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            Fold(cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            health.MaintenanceFailed(failure);
            return false;
        }
        finally
        {
            changing.Release();
        }
    }

    private bool IsDue()
    {
        lock (gate)
        {
            return !catalog.IsSettled || intake.Bytes >= options.FoldBytes || (intake.Cells > 0 && clock.GetElapsedTime(lastFold) >= options.FoldInterval);
        }
    }

    private void Fold(CancellationToken cancellationToken)
    {
        var folded = committed();
        bool isNothing;
        lock (gate)
        {
            isNothing = intake.Cells == 0 && folded == catalog.Folded;
        }
        if (isNothing && catalog.IsSettled)
        {
            return;
        }
        // 1
        log.Rotate();
        IReadOnlyDictionary<string, SeriesMemory> frozen;
        lock (gate)
        {
            folded = committed();
            frozen = intake.Freeze();
        }
        try
        {
            // 2
            using var blocks = new SeriesBlockFiles(files, options.Directory, catalog.NextNumber);
            var fold = new SeriesFold(options.Resolutions, time, gate);
            foreach (var (tenant, memory) in frozen)
            {
                SeriesKeys keys;
                lock (gate)
                {
                    keys = intake.KeysOf(tenant);
                }
                fold.Write(tenant, keys, memory, blocks, cancellationToken);
            }
            var added = blocks.Complete();
            // 3
            long firstLog = log.FirstNeeded(folded, catalog.PeekNumber);
            Publish([], added, folded, firstLog, intake.Forget);
            // 5
            if (catalog.IsSettled)
            {
                log.DeleteBefore(firstLog);
            }
            health.Folded(frozen.Values.Sum(memory => memory.Cells), added.Count);
        }
        catch
        {
            lock (gate)
            {
                intake.Thaw();
            }
            throw;
        }
        lastFold = clock.GetTimestamp();
        Interlocked.Increment(ref folds);
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        if (!catalog.All.Any(IsExpired))
        {
            return;
        }
        await changing.WaitAsync(cancellationToken);
        try
        {
            var old = catalog.All.Where(IsExpired).ToList();
            Publish(old, [], catalog.Folded, catalog.FirstLog, static () => { });
            Interlocked.Add(ref expired, old.Count);
            health.Expired(old.Count);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>A block goes once its whole partition has outlived the retention, or when its resolution is not configured any more.</summary>
    private bool IsExpired(SeriesBlock block)
    {
        var resolution = options.Resolutions.FirstOrDefault(resolution => SeriesClock.Nanoseconds(resolution.Step) == block.Summary.Step);
        ulong end = block.Summary.Partition == SeriesPartition.Ahead
            ? block.Summary.LastTime
            : SeriesFold.EndOf(block.Summary.Partition, block.Summary.Step);
        return resolution is null || time.IsPast(end, SeriesClock.Nanoseconds(resolution.Retention));
    }

    /// <summary>One merge; false where there was nothing to merge.</summary>
    private async Task<bool> MergeAsync(CancellationToken cancellationToken)
    {
        SeriesBlockSet set;
        lock (gate)
        {
            set = catalog.Acquire();
        }
        try
        {
            var inputs = Choose(set.All);
            if (inputs.Count == 0)
            {
                return false;
            }
            using var blocks = new SeriesBlockFiles(files, options.Directory, catalog.NextNumber);
            var first = inputs[0].Summary;
            var resolution = options.Resolutions.First(resolution => SeriesClock.Nanoseconds(resolution.Step) == first.Step);
            try
            {
                new SeriesMerger(readers).Merge(inputs, blocks.Begin(first.Tenant, resolution, first.Partition), cancellationToken);
            }
            catch (SeriesBlockDamagedException)
            {
                return true; // the damaged one is not chosen again
            }
            var added = blocks.Complete();
            await changing.WaitAsync(CancellationToken.None);
            try
            {
                Publish(inputs, added, catalog.Folded, catalog.FirstLog, static () => { });
            }
            finally
            {
                changing.Release();
            }
            Interlocked.Increment(ref merges);
            health.Merged(inputs.Count, added[0].Summary.Cells);
            return true;
        }
        finally
        {
            set.Release();
        }
    }

    private List<SeriesBlock> Choose(IReadOnlyList<SeriesBlock> all)
    {
        var group = all
            .Where(block => !block.IsDamaged && options.Resolutions.Any(resolution => SeriesClock.Nanoseconds(resolution.Step) == block.Summary.Step))
            .GroupBy(block => (block.Summary.Tenant, block.Summary.Step, block.Summary.Partition, Size: BitOperations.Log2((ulong)block.Length) / 2))
            .Where(group => group.Count() >= options.MergeFanIn)
            .MinBy(group => group.Key.Size);
        return group is null ? [] : [.. group];
    }

    /// <summary>Replaces blocks on disk, then for readers.</summary>
    /// <exception cref="IOException">The system refuses: nothing has changed for readers.</exception>
    private void Publish(
        IReadOnlyCollection<SeriesBlock> removed, IReadOnlyList<(SeriesBlockSummary Summary, long Length)> added, AppendId folded, long firstLog, Action swapped)
    {
        var next = catalog.Commit(removed, added, folded, firstLog);
        SeriesBlockSet old;
        lock (gate)
        {
            old = catalog.Swap(next);
            swapped();
        }
        old.Release();
    }
}
