using Clew.Core.Files;
using Clew.Core.Measures;
using Clew.Core.Model;
using Clew.Core.Series;
using Microsoft.Extensions.Logging;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Series within the process: a log of what each append adds, points in memory, and immutable blocks at each resolution.
/// </summary>
/// <remarks>
/// <para>An append: 1. <see cref="BeginAsync"/> writes a record to the log and syncs it; it names the last append known to have taken place;
/// 2. the span store stores the spans with the append's number, or does not; 3. <see cref="Commit"/> adds the delta to the points in memory.
/// When opened, what the span store says decides about the newest record, and each record about the one before it
/// (<see cref="SeriesRecovery"/>).</para>
/// <para>A fold (<see cref="SeriesMaintenance"/>) writes the points in memory into blocks and replaces the manifest, which says up to which
/// append blocks hold everything; records up to there count no more.</para>
/// <para>Failure policy: a log that cannot be written refuses the batch (<see cref="StoreUnavailableException"/>), as does a log that
/// cannot be folded once memory holds four times what should have been. Nothing is lost: senders try again. What cannot be read is left
/// out of answers, which say so, logged and named in the statistics; files are not changed.</para>
/// <para>Memory: what is not folded (bounded by the options), the keys of all series (about 500 bytes each), about 20 bytes for each
/// series in each block that was read, and the points of answers.</para>
/// </remarks>
public sealed class EmbeddedSeriesStore : ISeriesStore
{
    private const int BytesOverFold = 4;

    private readonly EmbeddedSeriesOptions options;
    private readonly SeriesHealth health;
    private readonly SeriesClock time;
    private readonly SeriesIntake intake;
    private readonly SeriesCatalog catalog;
    private readonly SeriesLog log;
    private readonly SeriesBlockReaders readers;
    private readonly SeriesMaintenance maintenance;
    private readonly SeriesDeltaBytes deltaBytes = new();
    private readonly Lock gate = new(); // points in memory and which blocks are shown
    private readonly SemaphoreSlim changing = new(1, 1); // log, manifest, folding
    private readonly CancellationTokenSource closing = new();
    private (AppendId Append, byte[] Delta)? begun;
    private AppendId nextAppend;
    private AppendId committed;
    private Task background = Task.CompletedTask;
    private bool disposed;

    private EmbeddedSeriesStore(EmbeddedSeriesOptions options, IFileLayer files, ILogger logger, TimeProvider clock, AppendId? lastStored)
    {
        options.Validate();
        this.options = options;
        health = new SeriesHealth(logger);
        time = new SeriesClock(clock, options.Resolutions[^1].Retention);
        intake = new SeriesIntake(options.MaxSeries, time, health);
        readers = new SeriesBlockReaders(files, options.Directory, health, KeysOf);
        var recovered = new SeriesRecovery(files, options.Directory, lastStored).Run();
        foreach (string problem in recovered.Problems)
        {
            health.Add(problem);
        }
        catalog = new SeriesCatalog(files, options.Directory, health, recovered.Manifest, recovered.Unusable);
        log = new SeriesLog(files, options.Directory, catalog.NextNumber, recovered.Logs);
        nextAppend = recovered.NextAppend;
        committed = recovered.Committed;
        Restore(recovered, files);
        maintenance = new SeriesMaintenance(options, files, catalog, log, intake, readers, time, health, gate, changing, clock, () => LastCommitted);
    }

    public SeriesStoreCapabilities Capabilities => SeriesStoreCapabilities.Durable;

    public IReadOnlyList<SeriesResolution> Resolutions => options.Resolutions;

    public AppendId LastCommitted
    {
        get
        {
            lock (gate)
            {
                return committed;
            }
        }
    }

    /// <summary>Opens a directory, bringing it into order first.</summary>
    /// <param name="options">Where and within which bounds.</param>
    /// <param name="files">The files.</param>
    /// <param name="logger">Where problems are told.</param>
    /// <param name="lastStored">What the span store says of its last append: <see cref="ISpanStore.LastAppend"/>.</param>
    /// <param name="clock">The time, for retention.</param>
    /// <param name="looksAfterItself">Folds, merges and expires in the background; else only when asked to.</param>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be used.</exception>
    public static EmbeddedSeriesStore Open(
        EmbeddedSeriesOptions options, IFileLayer files, ILogger<EmbeddedSeriesStore> logger, AppendId? lastStored, TimeProvider clock, bool looksAfterItself)
    {
        var store = new EmbeddedSeriesStore(options, files, logger, clock, lastStored);
        if (looksAfterItself)
        {
            store.background = Task.Run(() => store.LookAfterItselfAsync(clock));
        }
        return store;
    }

    public async ValueTask<AppendId> BeginAsync(Tenant tenant, SeriesDelta delta, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return Begin(tenant, delta);
        }
        finally
        {
            changing.Release();
        }
    }

    public void Commit(AppendId append)
    {
        lock (gate)
        {
            if (begun is not { } its || its.Append != append)
            {
                throw new InvalidOperationException($"Append {append.Value} is not the one that was begun last.");
            }
            begun = null;
            committed = append;
            SeriesDeltaBytes.Read(its.Delta, intake);
        }
    }

    public void Abandon(AppendId append)
    {
        changing.Wait();
        try
        {
            lock (gate)
            {
                if (begun?.Append != append)
                {
                    return;
                }
                begun = null;
            }
            log.Void(append);
        }
        finally
        {
            changing.Release();
        }
    }

    public ValueTask<SeriesResult> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SeriesBlockSet set;
        SeriesReadPlan plan;
        SeriesRead read;
        string tenant = query.Tenant.Name;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            set = catalog.Acquire();
            var (oldest, newest) = Extent(set, tenant);
            plan = SeriesReadPlan.Make(query, options.Resolutions, oldest, newest, time);
            read = new SeriesRead(query, plan, intake.KeysOf(tenant));
            foreach (var memory in intake.MemoriesOf(tenant))
            {
                read.Add(memory);
            }
        }
        try
        {
            foreach (var block in set.All)
            {
                if (block.Summary.Tenant == tenant && block.Summary.Step == plan.Resolution
                    && plan.Range.Overlaps(block.Summary.FirstTime, block.Summary.LastTime))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ReadBlock(read, block, cancellationToken);
                }
            }
            return ValueTask.FromResult(read.Result());
        }
        finally
        {
            set.Release();
        }
    }

    /// <summary>Folds, merges and deletes what is to be folded, merged and deleted, now. Not while the store does so by itself.</summary>
    public Task MaintainAsync(CancellationToken cancellationToken) => maintenance.RunAsync(mustFold: true, cancellationToken);

    public SeriesStoreStatistics GetStatistics()
    {
        var blocks = catalog.All;
        lock (gate)
        {
            return new SeriesStoreStatistics(
                intake.Series, blocks.Count, blocks.Sum(block => block.Length), log.Bytes, health.Problems)
            {
                MemoryBytes = intake.Bytes,
                CountedAsOther = intake.CountedAsOther,
                TooOld = intake.TooOld,
                Folds = maintenance.Folds,
                Merges = maintenance.Merges,
                ExpiredBlocks = maintenance.Expired,
                Bounds =
                [
                    new BoundUse("series", BoundUnit.Items, intake.Series, options.MaxSeries),
                    new BoundUse("series_memory", BoundUnit.Bytes, intake.Bytes, BytesOverFold * options.FoldBytes),
                ],
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await background;
        if (!disposed)
        {
            await maintenance.FoldAsync(CancellationToken.None); // so that the next start has less to read
        }
        await changing.WaitAsync();
        if (!disposed)
        {
            lock (gate)
            {
                disposed = true;
            }
            log.Dispose();
        }
        changing.Release();
    }

    private AppendId Begin(Tenant tenant, SeriesDelta delta)
    {
        lock (gate)
        {
            if (intake.Bytes > BytesOverFold * options.FoldBytes)
            {
                throw new StoreUnavailableException("Series cannot be counted: what was counted before cannot be written to blocks.");
            }
            begun = null; // nobody here will know how it ended
        }
        var append = nextAppend;
        nextAppend = new AppendId(append.Value + 1);
        var bytes = deltaBytes.Write(tenant, delta);
        try
        {
            log.Append(append, LastCommitted, bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            health.WritingFailed(failure);
            throw new StoreUnavailableException($"Series cannot be written: {failure.Message}", failure);
        }
        health.WritingWorks();
        lock (gate)
        {
            begun = (append, bytes.ToArray());
        }
        return append;
    }

    private void ReadBlock(SeriesRead read, SeriesBlock block, CancellationToken cancellationToken)
    {
        using var file = readers.Open(block);
        if (file is null)
        {
            read.IsIncomplete = true;
            return;
        }
        read.Add(block, readers.Reader(block, file), cancellationToken);
    }

    /// <summary>The first and last time of a tenant's points.</summary>
    private (ulong Oldest, ulong Newest) Extent(SeriesBlockSet set, string tenant)
    {
        ulong oldest = ulong.MaxValue;
        ulong newest = 0;
        foreach (var block in set.All.Where(block => block.Summary.Tenant == tenant))
        {
            oldest = Math.Min(oldest, block.Summary.FirstTime);
            newest = Math.Max(newest, block.Summary.LastTime);
        }
        foreach (var memory in intake.MemoriesOf(tenant).Where(memory => memory.Cells > 0))
        {
            oldest = Math.Min(oldest, (ulong)memory.First * SeriesDelta.StepWidth);
            newest = Math.Max(newest, (ulong)memory.Last * SeriesDelta.StepWidth);
        }
        return (oldest, newest);
    }

    private SeriesKeys KeysOf(string tenant)
    {
        lock (gate)
        {
            return intake.KeysOf(tenant);
        }
    }

    private void Restore(RecoveredSeries recovered, IFileLayer files)
    {
        ulong coarsest = SeriesClock.Nanoseconds(options.Resolutions[^1].Step);
        foreach (var block in catalog.All)
        {
            time.Note(block.Summary.LastTime);
            if (block.Summary.Step == coarsest)
            {
                readers.Open(block)?.Dispose(); // every series there is: for the bound
            }
        }
        foreach (var record in recovered.Records)
        {
            SeriesDeltaBytes.Read(SeriesRecovery.ReadDelta(files, options.Directory, record), intake);
        }
        if (recovered.LeftoversRemoved > 0 || recovered.Records.Count > 0)
        {
            health.Recovered(recovered.LeftoversRemoved, recovered.Records.Count);
        }
    }

    private async Task LookAfterItselfAsync(TimeProvider clock)
    {
        using var timer = new PeriodicTimer(options.MaintenanceInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
            {
                await maintenance.RunAsync(mustFold: false, closing.Token);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The store closes.
        }
    }
}
