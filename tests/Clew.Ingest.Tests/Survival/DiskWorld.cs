using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Core.Series;
using Clew.Ingest.Closing;
using Clew.Ingest.Counting;
using Clew.Ingest.Head;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Sampling;
using Clew.Ingest.Tests.Otlp;
using Clew.Storage;
using Clew.Storage.Embedded;
using Clew.Storage.Embedded.Retention;
using Clew.Storage.Embedded.Series;
using Clew.Testing;
using Clew.Testing.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Ingest.Tests.Survival;

/// <summary>Reader, journal, head, assembler and embedded store as the server joins them, over files in memory and a clock that the test moves.</summary>
internal sealed class DiskWorld(FaultyFileLayer files, ManualTimeProvider clock) : IAsyncDisposable
{
    public const string Directory = "/data";

    private static readonly OtlpProtobufReader Reader = new(new OtlpOptions());

    private PipelineOptions pipelineOptions = new() { HeadShards = 2 };
    private Clew.Ingest.Journal.Journal journal = null!;
    private SpanHead head = null!;
    private SpanPipeline pipeline = null!;
    private TraceSampler sampler = null!;

    /// <summary>Where times of this clock lie, Unix ns.</summary>
    public static ulong Start => (ulong)(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UnixEpoch).Ticks * 100;

    public FaultyFileLayer Files { get; private set; } = files;

    public EmbeddedSpanStore Store { get; private set; } = null!;

    public EmbeddedSeriesStore Series { get; private set; } = null!;

    public IReadOnlyList<RetentionRule> Retention { get; init; } = [];

    /// <summary>The clock's time of day, Unix ns.</summary>
    public ulong Now => (ulong)(clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    public IEnumerable<string> Problems =>
    [
        .. journal.GetStatistics().Problems, .. pipeline.GetStatistics().Problems, .. Store.GetStatistics().Problems, .. Series.GetStatistics().Problems,
        .. sampler.GetStatistics().Problems,
    ];

    /// <summary>What is sampled, from the next start on.</summary>
    public SamplingConfig Sampling { get; set; } = SamplingConfig.KeepAll;

    public TraceSampler Sampler => sampler;

    public PipelineStatistics Statistics => pipeline.GetStatistics();

    public static async Task<DiskWorld> StartAsync(FaultyFileLayer? files = null, ManualTimeProvider? clock = null, int? rememberedTraces = null, SamplingConfig? sampling = null, params IReadOnlyList<RetentionRule> retention)
    {
        var world = new DiskWorld(files ?? new FaultyFileLayer(1), clock ?? new ManualTimeProvider()) { Retention = retention, Sampling = sampling ?? SamplingConfig.KeepAll };
        world.pipelineOptions = world.pipelineOptions with { RecentTraces = rememberedTraces ?? world.pipelineOptions.RecentTraces };
        await world.OpenAsync();
        return world;
    }

    /// <summary>kill -9 and a new start.</summary>
    /// <param name="image">What the new process finds; all that was written, if null.</param>
    public async Task RestartAsync(FaultyFileLayer? image = null)
    {
        image ??= Files.AfterKill(1);
        Files.CutPower();
        await DisposeAsync();
        Files = image;
        await OpenAsync();
    }

    /// <summary>Sends spans as one payload; accepted.</summary>
    public async Task SendAsync(SpanBatch spans)
    {
        byte[] bytes = OtlpProtobufEncoder.Encode(spans);
        var read = new SpanBatch();
        Assert.True(Reader.Read(bytes, read).IsValid);
        Assert.Equal(spans.Count, read.Count);
        Assert.Equal(IntakeOutcome.Accepted, await pipeline.AcceptAsync(new IngestPayload(Tenant.Default, PayloadFormat.OtlpTracesProtobuf, bytes), read, CancellationToken.None));
    }

    public Task SendAsync(Action<SpanBatchBuilder> spans)
    {
        var builder = new SpanBatchBuilder();
        spans(builder);
        return SendAsync(builder.Batch);
    }

    /// <summary>Lets time pass; the assembler has its turn.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        clock.Advance(time);
        await pipeline.TurnAsync();
    }

    /// <summary>Lets so much time pass that every open trace is closed and stored.</summary>
    public async Task DrainAsync()
    {
        await PassAsync(pipelineOptions.IdlePeriod);
        await PassAsync(pipelineOptions.FlushInterval);
        Assert.Equal(0, Statistics.OpenSpans + Statistics.WaitingSpans);
    }

    /// <summary>Deletes traces; how many there were.</summary>
    public Task<int> DeleteAsync(params ulong[] traceIds) =>
        pipeline.DeleteTracesAsync(Tenant.Default, [.. traceIds.Select(static id => new TraceId(0, id))], CancellationToken.None);

    /// <summary>A trace as it is read: every span once, as sorted lines.</summary>
    public async Task<List<string>> ReadAsync(ulong traceId)
    {
        var batch = new SpanBatch();
        var copier = new SpanBatchCopier(batch);
        using var first = head.Snapshot();
        using var second = Store.Snapshot();
        await first.ReadTraceAsync(Tenant.Default, new TraceId(0, traceId), copier, CancellationToken.None);
        await second.ReadTraceAsync(Tenant.Default, new TraceId(0, traceId), copier, CancellationToken.None);
        return [.. SpanText.Sorted(batch).Distinct()];
    }

    /// <summary>Spans that head and store count together.</summary>
    public async Task<double> CountAsync(TimeRange? range = null)
    {
        var result = new AggregateResult(new SpanAggregation { Tenant = Tenant.Default, Range = range ?? TimeRange.All }, 10);
        using var first = head.Snapshot();
        using var second = Store.Snapshot();
        await first.AggregateAsync(result, CancellationToken.None);
        await second.AggregateAsync(result, CancellationToken.None);
        return result.Groups.Values.Sum(figures => figures[0]);
    }

    /// <summary>Spans that the series count: those of closed traces.</summary>
    public async Task<ulong> SeriesCountAsync()
    {
        var result = await Series.ReadAsync(
            new SeriesQuery { Tenant = Tenant.Default, Kind = SeriesKind.Red, Range = TimeRange.All, WithDurations = false }, CancellationToken.None);
        return result.Series.SelectMany(series => series.Points).Aggregate(0UL, (sum, point) => sum + point.Count);
    }

    /// <summary>Stored traces with a span that begins in the range, newest first, and how many spans were looked at for that.</summary>
    public async Task<(List<ulong> Traces, long Scanned)> SearchStoreAsync(TimeRange range, int limit = int.MaxValue)
    {
        var traces = new List<ulong>();
        using var snapshot = Store.Snapshot();
        await foreach (var hit in snapshot.FindTracesAsync(new TraceSearch { Tenant = Tenant.Default, Range = range }, CancellationToken.None))
        {
            traces.Add(hit.Position.TraceId.Low);
            if (traces.Count == limit)
            {
                break;
            }
        }
        return (traces, snapshot.Counters.SpansScanned);
    }

    public async ValueTask DisposeAsync()
    {
        await pipeline.DisposeAsync();
        await journal.DisposeAsync();
        sampler.Dispose();
        await Series.DisposeAsync();
        await Store.DisposeAsync();
    }

    private async Task OpenAsync()
    {
        var journalOptions = new JournalOptions { Directory = Directory + "/journal", FileBytes = 16 << 10, MaxSpareFiles = 2, PrepareAhead = false };
        journal = Clew.Ingest.Journal.Journal.Open(journalOptions, Files, clock, NullLogger<Clew.Ingest.Journal.Journal>.Instance);
        // Its own turns never come; tests call MaintainAsync.
        var storeOptions = new EmbeddedStoreOptions { Directory = Directory + "/spans", Retention = Retention, MaintenanceInterval = TimeSpan.FromDays(49) };
        Store = EmbeddedSpanStore.Open(storeOptions, Files, NullLogger<EmbeddedSpanStore>.Instance, clock, new TreeArranger());
        Series = EmbeddedSeriesStore.Open(
            new EmbeddedSeriesOptions { Directory = Directory + "/series" }, Files, NullLogger<EmbeddedSeriesStore>.Instance, Store.LastAppend, clock,
            looksAfterItself: false);
        head = new SpanHead(pipelineOptions, clock);
        sampler = new TraceSampler(new SamplingOptions { Directory = Directory + "/sampling", DecisionAge = TimeSpan.FromDays(1) }, Sampling, Files, Store.LastAppend, clock);
        pipeline = new SpanPipeline(
            head, journal, Store, new BatchCounting(Series, new CountingOptions(), clock, sampler), [Reader], pipelineOptions, clock, NullLogger<SpanPipeline>.Instance);
        await pipeline.RecoverAsync(CancellationToken.None);
    }
}
