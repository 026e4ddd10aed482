using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Search;
using Clew.Query.Tests.Support;
using Clew.Storage;
using Clew.Testing;

namespace Clew.Query.Tests.Search;

public sealed class SearchBoundsTests
{
    [Fact]
    public async Task A_page_reads_no_further_than_it_must()
    {
        var source = Traces(1000);
        using var engine = Queries.Engine([source]);
        var page = await engine.Page(new TraceQuery { Limit = 10 });
        Assert.Equal(10, page.Traces.Count);
        Assert.NotNull(page.Next);
        Assert.InRange(source.Hits, 10, 13);
    }

    [Fact]
    public async Task A_bounded_total_stops_counting_at_its_bound_and_says_so()
    {
        var source = Traces(500);
        using var engine = Queries.Engine([source], new QueryOptions { BoundedTotal = 100 });
        var page = await engine.Page(new TraceQuery { Limit = 10, Total = TotalMode.Bound });
        Assert.Equal(new TraceTotal(100, false), page.Total);
        Assert.InRange(source.Hits, 100, 103);
        Assert.Null(page.Partial);

        var few = await engine.Page(new TraceQuery { Limit = 10, Total = TotalMode.Bound, Range = new TimeRange(0, 50) });
        Assert.Equal(new TraceTotal(50, true), few.Total);
    }

    [Fact]
    public async Task An_exact_total_past_its_memory_becomes_a_lower_bound()
    {
        using var engine = Queries.Engine([Traces(500)], new QueryOptions { MaxTracesPerQuery = 200 });
        var page = await engine.Page(new TraceQuery { Limit = 10, Total = TotalMode.Exact });
        Assert.Equal(new TraceTotal(200, false), page.Total);
        Assert.Equal(10, page.Traces.Count);
    }

    [Fact]
    public async Task A_search_that_uses_up_its_time_returns_what_it_has_and_says_so()
    {
        var time = new ManualTimeProvider();
        var source = Traces(100);
        source.OnHit = () => time.Advance(TimeSpan.FromSeconds(1));
        using var engine = Queries.Engine([source], new QueryOptions { TimeBudget = TimeSpan.FromSeconds(10) }, time);
        var page = await engine.Page(new TraceQuery { Limit = 50 });
        Assert.InRange(page.Traces.Count, 7, 10);
        Assert.Contains("10 s", page.Partial, StringComparison.Ordinal);
        Assert.True(page.Statistics.Milliseconds >= 9000);

        // What is missing is found from the cursor on.
        source.OnHit = null;
        var rest = await engine.Page(new TraceQuery { Limit = 200, After = page.Next });
        Assert.Equal(100, page.Traces.Count + rest.Traces.Count);
        Assert.Equal(0, source.Open);
    }

    [Fact]
    public async Task A_full_page_does_not_wait_long_to_learn_whether_there_is_another()
    {
        var time = new ManualTimeProvider();
        var source = Traces(11);
        source.OnHit = () => time.Advance(TimeSpan.FromMilliseconds(source.Hits > 10 ? 251 : 1));
        using var engine = Queries.Engine([source], new QueryOptions { LookAhead = TimeSpan.FromMilliseconds(250) }, time);
        var page = await engine.Page(new TraceQuery { Limit = 9 });
        Assert.Equal(9, page.Traces.Count);
        Assert.Null(page.Partial);
        Assert.NotNull(page.Next);
        source.OnHit = null;
        var rest = await engine.Page(new TraceQuery { Limit = 9, After = page.Next });
        Assert.Equal(2, rest.Traces.Count);
        Assert.Null(rest.Next);
    }

    [Fact]
    public async Task Counting_that_uses_up_its_time_makes_the_total_a_lower_bound()
    {
        var time = new ManualTimeProvider();
        var source = Traces(100);
        source.OnHit = () => time.Advance(TimeSpan.FromSeconds(1));
        using var engine = Queries.Engine([source], time: time);
        var page = await engine.Page(new TraceQuery { Limit = 2, Total = TotalMode.Exact });
        Assert.Equal(2, page.Traces.Count);
        Assert.False(page.Total!.Value.IsExact);
        Assert.InRange(page.Total.Value.Value, 5, 10);
        Assert.Contains("10 s", page.Partial, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_the_search()
    {
        using var gone = new CancellationTokenSource();
        var source = Traces(100);
        source.OnHit = gone.Cancel;
        using var engine = Queries.Engine([source]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await engine.SearchAsync(Queries.Scope, new TraceQuery { Limit = 50 }, t => t.TraceId, gone.Token));
        Assert.Equal(1, source.Hits);
        Assert.Equal(0, source.Open);
    }

    [Fact]
    public async Task A_store_that_fails_half_way_makes_the_answer_partial()
    {
        var source = Traces(100);
        source.OnHit = () =>
        {
            if (source.Hits > 20)
            {
                throw new StoreUnavailableException("/secret/path is gone");
            }
        };
        using var engine = Queries.Engine([source]);
        var page = await engine.Page(new TraceQuery { Limit = 50 });
        Assert.NotEmpty(page.Traces);
        Assert.NotNull(page.Partial);
        Assert.DoesNotContain("secret", page.Partial, StringComparison.Ordinal);
        Assert.Equal(0, source.Open);
    }

    [Fact]
    public async Task More_queries_than_may_wait_are_refused_and_the_waiting_ones_run_later()
    {
        var source = Traces(3);
        using var first = new SemaphoreSlim(0);
        using var engine = Queries.Engine([source], new QueryOptions { MaxConcurrentQueries = 1, MaxWaitingQueries = 1 });
        var inside = new TaskCompletionSource();
        source.OnHit = () =>
        {
            inside.TrySetResult();
            first.Wait(TimeSpan.FromSeconds(30));
        };
        var running = Task.Run(() => engine.Page(new TraceQuery()));
        await inside.Task;
        var waiting = engine.Page(new TraceQuery());
        await Assert.ThrowsAsync<QueryOverloadedException>(() => engine.Page(new TraceQuery()));
        Assert.False(waiting.IsCompleted);
        source.OnHit = null;
        first.Release(10);
        Assert.Equal(3, (await running).Traces.Count);
        Assert.Equal(3, (await waiting).Traces.Count);
        Assert.Equal(3, (await engine.Page(new TraceQuery())).Traces.Count);
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(1001)]
    public async Task A_limit_out_of_bounds_is_refused(int limit)
    {
        using var engine = Queries.Engine([Traces(1)]);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => engine.Page(new TraceQuery { Limit = limit }));
    }

    /// <summary>More traces are met before their place than the engine keeps waiting.</summary>
    [Fact]
    public async Task Many_traces_that_begin_long_before_their_stored_part_come_in_order_all_the_same()
    {
        const int Count = 1500;
        var store = new MemorySpanSource();
        var late = new MemorySpanSource();
        for (ulong i = 1; i <= Count; i++)
        {
            var builder = new SpanBatchBuilder();
            builder.Span(i, 1, service: "a", start: 1_000_000 + i, end: 1_000_001 + i);
            builder.Span(i, 2, service: "b", start: 1000 - (i % 700), end: 2000);
            store.Add(builder.Batch, [0], Core.Columns.TraceFlags.None);
            late.Add(builder.Batch, [1], Core.Columns.TraceFlags.Late);
        }
        using var engine = Queries.Engine([late, store]);
        SpanPredicate[] predicates = [Queries.Service("a")];
        var expected = SlowModel.Search([late, store], TimeRange.All, predicates);
        Assert.Equal(expected, await engine.AllPages(new TraceQuery { Predicates = predicates, Limit = 200 }));
    }

    private static MemorySpanSource Traces(int count)
    {
        var source = new MemorySpanSource();
        for (int i = 0; i < count; i++)
        {
            var builder = new SpanBatchBuilder();
            builder.Span((ulong)i + 1, 1, start: (ulong)i, end: (ulong)i + 1);
            source.Add(builder.Batch, [0], Core.Columns.TraceFlags.None);
        }
        return source;
    }
}
