using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Counting;
using Clew.Ingest.Head;
using Clew.Ingest.Intake;
using Clew.Ingest.Pipeline;
using Clew.Testing;
using Clew.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Ingest.Tests.Pipeline;

/// <summary>A pipeline over a journal and a store that outlive it, on a clock that the test moves.</summary>
internal sealed class PipelineWorld(PipelineOptions? options = null)
{
    public ManualTimeProvider Clock { get; } = new();

    public MemoryJournal Journal { get; } = new();

    public MemoryStore Store { get; } = new();

    public InMemorySeriesStore Series { get; } = new();

    public PayloadCorpus Corpus { get; } = new();

    public PipelineOptions Options { get; } = options ?? new PipelineOptions();

    public SpanHead Head { get; private set; } = null!;

    public SpanPipeline Pipeline { get; private set; } = null!;

    public static async Task<PipelineWorld> StartAsync(PipelineOptions? options = null)
    {
        var world = new PipelineWorld(options);
        await world.RestartAsync();
        return world;
    }

    /// <summary>Forgets what was in memory, as a crash does, and starts again.</summary>
    public async Task RestartAsync()
    {
        Head = new SpanHead(Options, Clock);
        Pipeline = new SpanPipeline(
            Head, Journal, Store, new BatchCounting(Series, new CountingOptions(), Clock), [Corpus], Options, Clock, NullLogger<SpanPipeline>.Instance);
        await Pipeline.RecoverAsync(CancellationToken.None);
    }

    public Task<IntakeOutcome> SendAsync(SpanBatch spans, Tenant? tenant = null) =>
        Pipeline.AcceptAsync(Corpus.Add(spans, tenant), spans, CancellationToken.None).AsTask();

    public async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await Pipeline.TurnAsync();
    }

    /// <summary>Everything of a trace that head and store hold, copies and all, as sorted lines.</summary>
    public async Task<List<string>> ReadAsync(ulong traceId, Tenant? tenant = null)
    {
        using var head = Head.Snapshot();
        using var store = Store.Snapshot();
        return await ReadAsync([head, store], traceId, tenant);
    }

    public static async Task<List<string>> ReadAsync(IEnumerable<ISpanSnapshot> snapshots, ulong traceId, Tenant? tenant = null)
    {
        var batch = new SpanBatch();
        var copier = new SpanBatchCopier(batch);
        foreach (var snapshot in snapshots)
        {
            await snapshot.ReadTraceAsync(tenant ?? Tenant.Default, new TraceId(0, traceId), copier, CancellationToken.None);
        }
        return SpanText.Sorted(batch);
    }

    public async Task<double> CountAsync()
    {
        using var head = Head.Snapshot();
        using var store = Store.Snapshot();
        var result = new AggregateResult(new SpanAggregation { Tenant = Tenant.Default, Range = TimeRange.All }, 10);
        await head.AggregateAsync(result, CancellationToken.None);
        await store.AggregateAsync(result, CancellationToken.None);
        return result.Groups.Values.Sum(figures => figures[0]);
    }

    public async Task<TraceFlags?> HeadFlagsAsync(ulong traceId)
    {
        using var head = Head.Snapshot();
        return await head.ReadTraceAsync(Tenant.Default, new TraceId(0, traceId), new SpanBatchCopier(new SpanBatch()), CancellationToken.None);
    }
}
