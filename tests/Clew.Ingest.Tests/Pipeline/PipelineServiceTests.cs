using System.Diagnostics;
using Clew.Ingest.Head;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Assembly;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Clew.Ingest.Tests.Pipeline;

/// <summary>The pipeline as the server runs it: from the service collection, on the clock's timers.</summary>
public sealed class PipelineServiceTests : IAsyncDisposable
{
    private readonly ManualTimeProvider clock = new();
    private readonly MemoryJournal journal = new();
    private readonly MemoryStore store = new();
    private readonly PayloadCorpus corpus = new();

    [Fact]
    public async Task It_recovers_then_runs_by_itself_and_stores_what_is_closed_when_it_stops()
    {
        var before = TraceCloseTests.Spans(1, 1, 2);
        await journal.AppendAsync(corpus.Add(before), CancellationToken.None);

        await using (var services = Build())
        {
            var service = services.GetRequiredService<IHostedService>();
            var intake = services.GetRequiredService<ISpanIntake>();
            var fresh = TraceCloseTests.Spans(2, 1, 3);
            Assert.Equal(IntakeOutcome.Unavailable, await intake.AcceptAsync(corpus.Add(fresh), fresh, CancellationToken.None));

            await service.StartAsync(CancellationToken.None);
            Assert.Equal(IntakeOutcome.Accepted, await intake.AcceptAsync(corpus.Add(fresh), fresh, CancellationToken.None));
            Assert.Equal(5, services.GetRequiredService<SpanPipeline>().GetStatistics().OpenSpans);
            // The assembler runs on a thread of its own, which a busy machine may keep waiting; only the bound is real time.
            var patience = Stopwatch.StartNew();
            using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            while (store.Appends == 0 && patience.Elapsed < TimeSpan.FromSeconds(60))
            {
                clock.Advance(TimeSpan.FromMilliseconds(250));
                await beat.WaitForNextTickAsync();
            }
            Assert.Equal(1, store.Appends);
            var open = TraceCloseTests.Spans(3, 1, 1);
            Assert.Equal(IntakeOutcome.Accepted, await intake.AcceptAsync(corpus.Add(open), open, CancellationToken.None));
            await service.StopAsync(CancellationToken.None);
            Assert.Equal(IntakeOutcome.Unavailable, await intake.AcceptAsync(corpus.Add(open), open, CancellationToken.None));
        }
        Assert.Equal(5, store.Appended.Sum(a => a.Batch.Spans.Count));
        Assert.Equal([3L], journal.Needed);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_reported_and_the_rest_is_recovered()
    {
        await journal.AppendAsync(corpus.Add(TraceCloseTests.Spans(1, 1, 2)) with { Format = PayloadFormat.OtlpTracesJson }, CancellationToken.None);
        await journal.AppendAsync(corpus.Add(TraceCloseTests.Spans(2, 1, 2)), CancellationToken.None);
        await using var services = Build();
        await services.GetRequiredService<IHostedService>().StartAsync(CancellationToken.None);
        var statistics = services.GetRequiredService<SpanPipeline>().GetStatistics();
        Assert.Contains("record 1", Assert.Single(statistics.Problems));
        Assert.Equal(2, statistics.RecoveredSpans);
        await services.GetRequiredService<IHostedService>().StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_store_that_refuses_at_start_keeps_no_port_closed_and_loses_nothing()
    {
        const int payloads = 40;
        for (ulong trace = 1; trace <= payloads; trace++)
        {
            await journal.AppendAsync(corpus.Add(TraceCloseTests.Spans(trace, 1, 50)), CancellationToken.None);
        }
        store.Refuses = true;
        await using var services = Build(headBytes: 1 << 17); // the journal holds several times as much
        var service = services.GetRequiredService<IHostedService>();
        var pipeline = services.GetRequiredService<SpanPipeline>();
        await service.StartAsync(CancellationToken.None); // returns
        var fresh = TraceCloseTests.Spans(1000, 1, 3);
        Assert.Equal(IntakeOutcome.Unavailable, await pipeline.AcceptAsync(corpus.Add(fresh), fresh, CancellationToken.None));
        Assert.Contains("not read back yet", pipeline.GetStatistics().Refusal);
        Assert.Contains(pipeline.GetStatistics().Problems, problem => problem.Contains("disk full", StringComparison.Ordinal));

        store.Refuses = false;
        var patience = Stopwatch.StartNew();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (pipeline.GetStatistics().Refusal is not null && patience.Elapsed < TimeSpan.FromSeconds(60))
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await beat.WaitForNextTickAsync();
        }
        Assert.Equal(IntakeOutcome.Accepted, await pipeline.AcceptAsync(corpus.Add(fresh), fresh, CancellationToken.None));
        Assert.Equal(50L * payloads, pipeline.GetStatistics().RecoveredSpans);
        await service.StopAsync(CancellationToken.None);
        long stored = store.Appended.Sum(append => append.Batch.Spans.Count);
        var end = pipeline.GetStatistics();
        Assert.Equal((50L * payloads) + 3, stored + end.OpenSpans + end.WaitingSpans);
    }

    [Fact]
    public async Task A_server_that_is_stopped_while_the_store_refuses_its_journal_stops()
    {
        for (ulong trace = 1; trace <= 40; trace++)
        {
            await journal.AppendAsync(corpus.Add(TraceCloseTests.Spans(trace, 1, 50)), CancellationToken.None);
        }
        store.Refuses = true;
        await using var services = Build(headBytes: 1 << 17);
        var service = services.GetRequiredService<IHostedService>();
        await service.StartAsync(CancellationToken.None);
        await service.StopAsync(CancellationToken.None);
        Assert.Equal(40, journal.Needed.Count);
    }

    [Fact]
    public void Options_that_make_no_sense_are_named()
    {
        var error = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddPipeline(new PipelineOptions { HeadShards = 3 }));
        Assert.Contains("HeadShards must be a power of two", error.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        await store.DisposeAsync();
    }

    private ServiceProvider Build(long headBytes = 1 << 24) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(clock)
        .AddSingleton<IJournal>(journal)
        .AddSingleton<ISpanStore>(store)
        .AddSingleton<ISeriesStore>(new InMemorySeriesStore())
        .AddSingleton<IPayloadReader>(corpus)
        .AddPipeline(new PipelineOptions { HeadBytes = headBytes })
        .BuildServiceProvider();
}
