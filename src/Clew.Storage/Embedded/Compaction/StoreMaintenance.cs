using Clew.Core.Measures;
using Clew.Core.Model;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Recovery;
using Clew.Storage.Embedded.Retention;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// What the store does by itself: deletes what has outlived its retention and merges segments. State; one turn at a time.
/// </summary>
/// <remarks>
/// <para>A merge works beside appends and queries, and yields to them: after a chunk during which somebody waited it rests as long as the
/// chunk took. Only replacing the manifest takes the store's lock.</para>
/// <para>A merge: 1. inputs are chosen and held; 2. merged in memory; 3. written under a temporary name and synced; under the lock:
/// 4. traces deleted meanwhile go on the result's deletion list; 5. it gets its name, directory synced; 6. the manifest names it instead of
/// the inputs. A crash before 6 leaves files that the next start removes, after 6 the inputs' files, which it removes too.</para>
/// <para>Failure policy: what fails changes nothing, is told in the statistics and tried again at the next turn. A damaged input is set
/// aside as a read would set it aside, and not chosen again.</para>
/// </remarks>
internal sealed class StoreMaintenance(
    EmbeddedStoreOptions options, SegmentCatalog catalog, SegmentReaders readers, SegmentFiles files, DeletionWriter deletions,
    SemaphoreSlim changing, ForegroundGauge foreground, StoreHealth health, TimeProvider clock, ITraceArranger? arranger)
{
    private const int IdleTurns = 6; // without a merge, before the memory of merging is given back

    private readonly Dictionary<(string Tenant, string Class, int Day), (long Sequence, long Since)> arrivals = [];
    private readonly RetentionClock present = new(clock);
    private SegmentBuffers buffers = new();
    private IReadOnlyList<Segment>? settled; // the segments when there was nothing to merge
    private int idleTurns;
    private int merging;
    private long mergingSpans;
    private long merges;
    private long expired;

    /// <summary>Merges done.</summary>
    public long Merges => Interlocked.Read(ref merges);

    /// <summary>Segments deleted for their age or the total size.</summary>
    public long Expired => Interlocked.Read(ref expired);

    /// <summary>Segments that are being merged now.</summary>
    public int Merging => Volatile.Read(ref merging);

    /// <summary>Spans of these.</summary>
    public BoundUse Use => new("merging", BoundUnit.Items, Volatile.Read(ref mergingSpans), options.MergedSpans);


    /// <summary>True where nothing is being merged, and nothing was left to be when the store last looked, since when nothing has come.</summary>
    public bool IsSettled => arranger is null || (Merging == 0 && ReferenceEquals(Volatile.Read(ref settled), catalog.All));

    /// <summary>Does everything that is to be done now.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExpireAsync(cancellationToken);
            bool any = false;
            while (arranger is not null && await MergeAsync(arranger, cancellationToken))
            {
                any = true;
            }
            idleTurns = any ? 0 : idleTurns + 1;
            if (idleTurns == IdleTurns)
            {
                buffers = new SegmentBuffers();
            }
            health.MaintenanceWorks();
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            health.MaintenanceFailed(failure);
        }
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        if (options.Retention.Count == 0)
        {
            return;
        }
        await changing.WaitAsync(cancellationToken);
        try
        {
            var old = RetentionPolicy.Expired(catalog.All, options.Retention, UnixTime.Of(present.Now()));
            health.Doubting(present.Doubt);
            if (old.Count > 0)
            {
                catalog.Commit(old, []);
                Interlocked.Add(ref expired, old.Count);
                health.Expired(old.Count, old.Sum(segment => (long)segment.Summary.Spans));
            }
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>One merge; false where there was nothing to merge.</summary>
    private async Task<bool> MergeAsync(ITraceArranger arrangerOfTurn, CancellationToken cancellationToken)
    {
        // 1
        using var held = new HeldSet(catalog.Acquire());
        var all = held.Segments.All;
        NoteArrivals(all);
        var inputs = CompactionPolicy.Choose(all, options, IsQuiet);
        if (inputs.Count == 0)
        {
            Volatile.Write(ref settled, all);
            return false;
        }
        try
        {
            Volatile.Write(ref merging, inputs.Count);
            Volatile.Write(ref mergingSpans, inputs.Sum(static input => (long)input.Summary.Spans));
            using var trace = SelfTrace.Begin("merge");
            trace?.SetTag("clew.segments", inputs.Count);
            trace?.SetTag("clew.spans", inputs.Sum(static input => (long)input.Summary.Spans));
            // 2
            buffers.Reset();
            using var merger = new SegmentMerger(readers, arrangerOfTurn, buffers);
            long chunkStart = clock.GetTimestamp();
            var merged = await merger.MergeAsync(inputs, Identity(inputs[0].Summary), Pause, cancellationToken);
            // 3
            var entry = merged.Image is { } image ? files.WriteTemporary(image) : null;
            await changing.WaitAsync(CancellationToken.None);
            try
            {
                Publish(inputs, merged, entry);
            }
            finally
            {
                changing.Release();
            }

            async Task Pause()
            {
                if (foreground.IsBusy)
                {
                    await Task.Delay(clock.GetElapsedTime(chunkStart), clock, cancellationToken);
                }
                await Task.Yield();
                chunkStart = clock.GetTimestamp();
            }
        }
        catch (MergeInputDamagedException failure)
        {
            health.SetAside(failure.Segment, failure.InnerException!);
        }
        finally
        {
            Volatile.Write(ref merging, 0);
            Volatile.Write(ref mergingSpans, 0);
        }
        return true;
    }

    private void Publish(List<Segment> inputs, MergedSegment merged, ManifestEntry? entry)
    {
        if (entry is null)
        {
            catalog.Commit(inputs, []);
            Interlocked.Increment(ref merges);
            return;
        }
        if (inputs.Exists(segment => segment.IsObsolete))
        {
            files.Delete(entry.Path); // retention was faster
            return;
        }
        bool committing = false;
        try
        {
            // 4
            var list = deletions.WriteSinceMerge(merged, entry);
            // 5
            files.Finish(entry);
            files.SyncDirectories([entry.Path]);
            // 6
            committing = true;
            catalog.Commit(inputs, [entry], _ => list);
        }
        catch
        {
            if (!committing)
            {
                files.Delete(entry.Path);
            }
            throw;
        }
        Interlocked.Increment(ref merges);
        health.Merged(inputs.Count, entry.Summary.Spans, entry.Path);
    }

    private SegmentSummary Identity(SegmentSummary first) => first with
    {
        Sequence = catalog.NextSequence(),
        Part = 0,
        Parts = 1,
        GroupRows = options.GroupRows,
    };

    /// <summary>Remembers since when nothing new has come to each day. Bounded by the days that have segments.</summary>
    private void NoteArrivals(IReadOnlyList<Segment> all)
    {
        long now = clock.GetTimestamp();
        var present = new HashSet<(string, string, int)>();
        foreach (var segment in all)
        {
            var day = (segment.Summary.Tenant, segment.Summary.RetentionClass, segment.Summary.Day);
            present.Add(day);
            if (!arrivals.TryGetValue(day, out var known) || known.Sequence < segment.Summary.Sequence)
            {
                arrivals[day] = (segment.Summary.Sequence, now);
            }
        }
        foreach (var gone in arrivals.Keys.Where(day => !present.Contains(day)).ToList())
        {
            arrivals.Remove(gone);
        }
    }

    private bool IsQuiet(Segment segment)
    {
        var day = (segment.Summary.Tenant, segment.Summary.RetentionClass, segment.Summary.Day);
        return clock.GetElapsedTime(arrivals[day].Since) >= options.QuietTime;
    }
}
